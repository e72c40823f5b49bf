// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.waypoint.identity.Material;
import io.waypoint.identity.RotatingCertificates;
import io.waypoint.identity.TrustBundle;
import io.waypoint.identity.istiod.CallEnd.Cause;
import io.waypoint.identity.istiod.Istiod.Credential;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.wire.certificates.IstioCertificateRequest;
import io.waypoint.wire.certificates.IstioCertificateResponse;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One certificate from istiod, each time for a new key.
 *
 * <pre>
 *   key and request ──► call with the token ──► answer ──► checked ──► material
 *                          │ refused, and there is a certificate
 *                          └──► call with that ──► answer …
 * </pre>
 */
final class IstiodIssuer implements RotatingCertificates.Issuer {
  private static final long PATIENCE_MILLIS = 10_000;
  private static final Istiod.Method<IstioCertificateRequest> CREATE =
      new Istiod.Method<>("istio.v1.auth.IstioCertificateService", "CreateCertificate", 1 << 20);

  private final Vertx vertx;
  private final Istiod istiod;
  private final SpiffeId identity;
  private final Supplier<TrustBundle> trust;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * @param trust the roots of the cluster's file and whom to take
   */
  IstiodIssuer(
      Vertx vertx,
      Istiod istiod,
      SpiffeId identity,
      Supplier<TrustBundle> trust,
      InstantSource clock,
      SecureRandom random) {
    this.vertx = vertx;
    this.istiod = istiod;
    this.identity = identity;
    this.trust = trust;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public CompletionStage<Material> issue() {
    SigningRequest request = SigningRequest.create(identity, random);
    CompletableFuture<Material> result = new CompletableFuture<>();
    ask(request, Credential.TOKEN)
        .whenComplete((material, failure) -> {
          boolean another =
              failure instanceof NoCertificateException refused
                  && refused.isAboutTheCredential()
                  && istiod.hasCertificate();
          if (another) {
            ask(request, Credential.CERTIFICATE)
                .whenComplete((renewed, again) -> settle(result, renewed, again));
          } else {
            settle(result, material, failure);
          }
        });
    return result;
  }

  private static void settle(
      CompletableFuture<Material> result,
      @Nullable Material material,
      @Nullable Throwable failure) {
    if (material != null) {
      result.complete(material);
    } else if (failure != null) {
      result.completeExceptionally(failure);
    }
  }

  private CompletableFuture<Material> ask(SigningRequest request, Credential credential) {
    var asking = new Asking(request);
    Context context = vertx.getOrCreateContext();
    IstiodCall<IstioCertificateRequest> call =
        istiod.open(context, credential, CREATE, open -> open.sendLast(message(request)), asking);
    context.runOnContext(start -> asking.limit(call));
    return asking.material;
  }

  private IstioCertificateRequest message(SigningRequest request) {
    IstiodSettings settings = istiod.settings();
    return IstioCertificateRequest.newBuilder()
        .setCsr(request.pem())
        .setValidityDuration(settings.lifetime().toSeconds())
        .setMetadata(
            Struct.newBuilder()
                .putFields(
                    "ClusterID", Value.newBuilder().setStringValue(settings.cluster()).build()))
        .build();
  }

  private final class Asking implements IstiodCall.Events {
    private final SigningRequest request;
    private final CompletableFuture<Material> material = new CompletableFuture<>();
    private byte @Nullable [] answer;
    private boolean tooMany;
    private long timer = -1;

    Asking(SigningRequest request) {
      this.request = request;
    }

    void limit(IstiodCall<?> call) {
      if (!material.isDone()) {
        timer =
            vertx.setTimer(
                PATIENCE_MILLIS, late -> call.end(Cause.LOST, "istiod does not answer in time"));
      }
    }

    @Override
    public void message(byte[] bytes) {
      tooMany = answer != null;
      answer = bytes;
    }

    @Override
    public void ended(CallEnd end) {
      vertx.cancelTimer(timer);
      byte[] bytes = answer;
      if (bytes == null || tooMany || end.cause() != Cause.FINISHED) {
        material.completeExceptionally(new NoCertificateException(end));
        return;
      }
      try {
        material.complete(
            IstiodAnswer.read(
                IstioCertificateResponse.parseFrom(bytes),
                request.key(),
                identity,
                trust.get(),
                clock.instant()));
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        material.completeExceptionally(
            new NoCertificateException(String.valueOf(e.getMessage()), e));
      }
    }
  }
}
