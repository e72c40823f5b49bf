// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.vertx.core.Context;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.waypoint.wire.discovery.DeltaDiscoveryRequest;
import io.waypoint.wire.discovery.DeltaDiscoveryResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Incremental discovery for all clients, on one event loop. */
final class DiscoveryService {
  private static final ServiceMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DELTA =
      ServiceMethod.server(
          ServiceName.create("envoy.service.discovery.v3.AggregatedDiscoveryService"),
          "DeltaAggregatedResources",
          GrpcMessageEncoder.encoder(),
          GrpcMessageDecoder.decoder(DeltaDiscoveryRequest.getDefaultInstance()));

  private final Gate gate;
  private final Context loop;
  private final Map<String, Resources> resources = new HashMap<>();
  private final Set<DiscoveryStream> streams = new HashSet<>();

  /**
   * @param loop on which the server runs
   */
  DiscoveryService(Gate gate, Context loop) {
    this.gate = gate;
    this.loop = loop;
  }

  void serve(GrpcServer server) {
    server.callHandler(DELTA, this::open);
  }

  private void open(GrpcServerRequest<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call) {
    if (gate.caller(call) instanceof Caller.Refused(String why)) {
      Gate.refuse(call.response(), new RefusedCallException(GrpcStatus.UNAUTHENTICATED, why));
      return;
    }
    var stream =
        new DiscoveryStream(call.response(), type -> resources.getOrDefault(type, Resources.NONE));
    streams.add(stream);
    call.handler(stream::hear);
    call.endHandler(over -> {
      streams.remove(stream);
      stream.end();
    });
    call.exceptionHandler(lost -> streams.remove(stream));
    call.errorHandler(reset -> streams.remove(stream));
  }

  /** Replaces all resources of a type, from any thread. */
  void publish(String typeUrl, Resources now) {
    loop.runOnContext(turn -> {
      resources.put(typeUrl, now);
      streams.forEach(DiscoveryStream::tell);
    });
  }

  /** How many clients listen; on the loop. */
  int clients() {
    return streams.size();
  }
}
