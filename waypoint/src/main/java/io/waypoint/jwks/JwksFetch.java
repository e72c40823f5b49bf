// SPDX-License-Identifier: Apache-2.0
package io.waypoint.jwks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.waypoint.rbac.AddressBlocks;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.Keys;
import java.net.InetAddress;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches key sets over http and https. The address is looked up here, so that what is dialled is
 * what was judged; redirects are not followed, because they would lead past the judgement.
 */
final class JwksFetch {
  private final Vertx vertx;
  private final HttpClientAgent client;
  private final int mostBytes;
  private final AddressBlocks refused;

  JwksFetch(Vertx vertx, JwksSettings settings) {
    this.vertx = vertx;
    this.mostBytes = settings.mostBytes();
    this.refused = settings.refused();
    var options = new HttpClientOptions().setKeepAlive(false).setVerifyHost(true);
    if (settings.trust() != null) {
      options.setTrustOptions(settings.trust());
    }
    this.client = vertx.createHttpClient(options);
  }

  /** Fails with a sentence that names what went wrong. */
  Future<Keys> keys(KeyLocation.Remote location) {
    long millis = location.timeout().toMillis();
    Future<String> uri =
        location.discovered()
            ? get(location.uri(), millis).map(JwksFetch::keyUri)
            : Future.succeededFuture(location.uri());
    return uri.compose(of -> get(of, millis)).map(body -> Keys.parse(body.toString()));
  }

  /** OpenID Connect Discovery 1.0 section 3. */
  private static String keyUri(Buffer configuration) {
    try {
      if (new JsonObject(configuration).getValue("jwks_uri") instanceof String uri) {
        return uri;
      }
    } catch (DecodeException e) {
      throw new IllegalStateException("the OpenID configuration is not JSON", e);
    }
    throw new IllegalStateException("the OpenID configuration names no jwks_uri");
  }

  private Future<Buffer> get(String text, long millis) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture("not a URI: " + text);
    }
    boolean https = "https".equalsIgnoreCase(uri.getScheme());
    if (uri.getHost() == null || !https && !"http".equalsIgnoreCase(uri.getScheme())) {
      return Future.failedFuture("neither http nor https: " + text);
    }
    String host = uri.getHost();
    int port = uri.getPort() >= 0 ? uri.getPort() : https ? 443 : 80;
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    Answer answer = new Answer(mostBytes);
    return vertx
        .executeBlocking(() -> FetchAddress.of(host, refused), false)
        .compose(address ->
            client.request(to(uri, host, port, Objects.requireNonNull(address), path, https)))
        .compose(answer::of)
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onFailure(answer::abandon);
  }

  private static RequestOptions to(
      URI uri, String host, int port, InetAddress address, String path, boolean https) {
    String query = uri.getRawQuery();
    return new RequestOptions()
        .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
        .setHost(host)
        .setPort(port)
        .setSsl(https)
        .setURI(query == null ? path : path + "?" + query)
        .putHeader("accept", "application/json");
  }

  /** One answer, never more of it than it may have. */
  private static final class Answer {
    private final int most;
    private final Buffer body = Buffer.buffer();
    private @Nullable HttpClientRequest request;
    private boolean abandoned;

    Answer(int most) {
      this.most = most;
    }

    Future<Buffer> of(HttpClientRequest sent) {
      request = sent;
      if (abandoned) {
        sent.reset();
        return Future.failedFuture("too late");
      }
      return sent.send().compose(this::read);
    }

    private Future<Buffer> read(HttpClientResponse response) {
      Promise<Buffer> whole = Promise.promise();
      response.exceptionHandler(whole::tryFail);
      if (response.statusCode() != 200) {
        return Future.failedFuture("the answer has status " + response.statusCode());
      }
      response.endHandler(v -> whole.tryComplete(body));
      response.handler(chunk -> {
        if (body.length() + chunk.length() > most) {
          whole.tryFail("the answer is longer than " + most + " bytes");
        } else {
          body.appendBuffer(chunk);
        }
      });
      return whole.future();
    }

    /** Whatever still comes, nobody waits for it. */
    void abandon(Throwable cause) {
      abandoned = true;
      if (request != null) {
        request.reset();
      }
    }
  }
}
