// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import com.google.protobuf.MessageLite;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.waypoint.identity.Material;
import io.waypoint.identity.ServerTrustManager;
import io.waypoint.identity.istiod.CallEnd.Cause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way to istiod: TLS 1.3 or 1.2 to whoever proves its name, and our own proof. */
public final class Istiod {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int WINDOW = 4 << 20;
  private static final int LARGEST_TOKEN = 64 << 10;

  /** What we prove ourselves with. */
  public enum Credential {
    /** The service-account token in its file. */
    TOKEN,
    /** The certificate we got earlier: when the token is refused, it is still good for renewal. */
    CERTIFICATE
  }

  /**
   * A method of istiod.
   *
   * @param largest the largest message that it may answer with, in bytes
   */
  public record Method<Q extends MessageLite>(String service, String name, int largest) {
    private ServiceMethod<Buffer, Q> described() {
      return ServiceMethod.client(
          ServiceName.create(service),
          name,
          GrpcMessageEncoder.encoder(),
          GrpcMessageDecoder.IDENTITY);
    }
  }

  /** Told when a call can be used. */
  public interface Opened<Q extends MessageLite> {
    void opened(IstiodCall<Q> call);
  }

  private final Vertx vertx;
  private final IstiodSettings settings;
  private final TrustFiles trust;
  private final Supplier<@Nullable Material> own;
  private final InstantSource clock;

  /**
   * @param own the certificate in use, or null without one
   */
  public Istiod(
      Vertx vertx,
      IstiodSettings settings,
      TrustFiles trust,
      Supplier<@Nullable Material> own,
      InstantSource clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.trust = trust;
    this.own = own;
    this.clock = clock;
  }

  public IstiodSettings settings() {
    return settings;
  }

  /** Whether there is a certificate to prove ourselves with. */
  public boolean hasCertificate() {
    return own.get() != null;
  }

  /**
   * Opens a call. The events come on the context, at the earliest after this has returned; {@code
   * opened} comes first if it comes at all.
   */
  public <Q extends MessageLite> IstiodCall<Q> open(
      Context context,
      Credential credential,
      Method<Q> method,
      Opened<Q> opened,
      IstiodCall.Events events) {
    GrpcClient client =
        GrpcClient.builder(vertx)
            .with(new GrpcClientOptions().setMaxMessageSize(method.largest()))
            .with(transport(credential))
            .build();
    var call = new IstiodCall<Q>(vertx, client, events);
    context.runOnContext(start ->
        token(credential)
            .onComplete(read -> {
              if (read.failed()) {
                call.end(Cause.CREDENTIAL_REFUSED, String.valueOf(read.cause().getMessage()));
                return;
              }
              client
                  .request(
                      SocketAddress.inetSocketAddress(settings.port(), settings.host()),
                      method.described())
                  .onSuccess(request -> {
                    String token = read.result();
                    if (!token.isEmpty()) {
                      request.headers().set("authorization", "Bearer " + token);
                    }
                    request.headers().set("clusterid", settings.cluster());
                    call.begin(request);
                    opened.opened(call);
                  })
                  .onFailure(call::failed);
            }));
    return call;
  }

  private io.vertx.core.Future<String> token(Credential credential) {
    if (credential == Credential.CERTIFICATE) {
      return io.vertx.core.Future.succeededFuture("");
    }
    return vertx
        .executeBlocking(this::readToken, false)
        .map(token -> Objects.requireNonNullElse(token, ""));
  }

  /** The kubelet replaces the token while we run. */
  private String readToken() throws IOException {
    try (var file = Files.newInputStream(settings.token())) {
      byte[] bytes = file.readNBytes(LARGEST_TOKEN);
      String text = new String(bytes, StandardCharsets.US_ASCII).trim();
      if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new IOException(settings.token() + " does not hold a token");
      }
      return text;
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException(settings.token() + " does not exist", e);
    }
  }

  private HttpClientOptions transport(Credential credential) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setSsl(true)
            .setUseAlpn(true)
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
            .setConnectTimeout(CONNECT_MILLIS)
            .setSslHandshakeTimeout(CONNECT_MILLIS)
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setTcpKeepAlive(true)
            .setInitialSettings(
                new Http2Settings().setPushEnabled(false).setInitialWindowSize(WINDOW))
            .setHttp2ConnectionWindowSize(WINDOW)
            // The trust manager verifies the name, and not the one that was dialled.
            .setVerifyHost(false)
            .setTrustOptions(
                TrustOptions.wrap(
                    new ServerTrustManager(settings.serverName(), trust::bundle, clock)));
    Material material = credential == Credential.CERTIFICATE ? own.get() : null;
    if (material != null) {
      options.setKeyCertOptions(KeyCertOptions.wrap(new OneKeyManager(material)));
    }
    return options;
  }
}
