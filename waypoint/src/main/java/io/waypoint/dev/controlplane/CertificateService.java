// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import com.google.protobuf.Value;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Pem;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.wire.certificates.IstioCertificateRequest;
import io.waypoint.wire.certificates.IstioCertificateResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/** Signs as istiod does: for whom the caller is, whatever the request says about that. */
final class CertificateService {
  private static final ServiceMethod<IstioCertificateRequest, IstioCertificateResponse> CREATE =
      ServiceMethod.server(
          ServiceName.create("istio.v1.auth.IstioCertificateService"),
          "CreateCertificate",
          GrpcMessageEncoder.encoder(),
          GrpcMessageDecoder.decoder(IstioCertificateRequest.getDefaultInstance()));
  private static final Duration LONGEST = Duration.ofDays(90);

  /** A ztunnel asks with it for the workloads of its node. */
  private static final String IMPERSONATED = "ImpersonatedIdentity";

  private final DevCa ca;
  private final Gate gate;

  CertificateService(DevCa ca, Gate gate) {
    this.ca = ca;
    this.gate = gate;
  }

  void serve(GrpcServer server) {
    server.callHandler(CREATE, call -> call.handler(request -> answer(call, request)));
  }

  private void answer(
      GrpcServerRequest<IstioCertificateRequest, IstioCertificateResponse> call,
      IstioCertificateRequest request) {
    try {
      call.response().end(sign(gate.caller(call), request));
    } catch (RefusedCallException e) {
      Gate.refuse(call.response(), e);
    }
  }

  private IstioCertificateResponse sign(Caller caller, IstioCertificateRequest request)
      throws RefusedCallException {
    SignedRequest signed = SignedRequest.parse(request.getCsr());
    Duration wanted = Duration.ofSeconds(request.getValidityDuration());
    if (wanted.compareTo(LONGEST) > 0) {
      throw new RefusedCallException(
          GrpcStatus.INVALID_ARGUMENT,
          "no certificate lives longer than " + LONGEST.toHours() + "h");
    }
    X509Certificate leaf =
        ca.sign(
            identity(caller, request, signed),
            signed.key(),
            wanted.isPositive() ? wanted : DevCa.DAY);
    return IstioCertificateResponse.newBuilder()
        .addCertChain(Pem.write(List.of(leaf)))
        .addCertChain(ca.rootPem())
        .build();
  }

  private SpiffeId identity(Caller caller, IstioCertificateRequest request, SignedRequest signed)
      throws RefusedCallException {
    SpiffeId id =
        switch (caller) {
          case Caller.Known(SpiffeId known) -> known;
          case Caller.Trusted _ -> {
            Value other = request.getMetadata().getFieldsMap().get(IMPERSONATED);
            yield other == null
                ? signed.identity()
                : SignedRequest.identity(other.getStringValue());
          }
          case Caller.Refused(String why) ->
              throw new RefusedCallException(GrpcStatus.UNAUTHENTICATED, why);
        };
    if (!ca.trust().domains().contains(id.trustDomain())) {
      throw new RefusedCallException(
          GrpcStatus.INVALID_ARGUMENT, "trust domain " + id.trustDomain().name() + " is not ours");
    }
    return id;
  }
}
