// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Plain HTTP into the mesh, for tools that cannot speak SOCKS5: each request goes where its Host
 * header says, as whom {@code x-dev-identity} (or the user of a proxy URL) says.
 *
 * <pre>
 *   GET / · Host: reviews:9080 · x-dev-identity: sleep.default    an ordinary client
 *   GET http://reviews:9080/                                      http_proxy
 *   CONNECT reviews:9080                                          https_proxy, WebSocket through a proxy
 * </pre>
 *
 * <p>It dials by SOCKS5, so that a request takes the same way as any other connection.
 */
public final class HttpFront {
  static final String IDENTITY = "x-dev-identity";
  private static final int POOL = 512;

  private final Settings settings;
  private final Directory directory;
  private final Supplier<ProxyOptions> socks;
  private final HttpClient client;
  private final NetClient sockets;
  private final HttpServer server;

  /**
   * @param identity who asks when a request does not say
   */
  public record Settings(
      Supplier<TrustDomain> trustDomain, String identity, String host, int port) {}

  private HttpFront(
      Vertx vertx, Settings settings, Directory directory, Supplier<ProxyOptions> socks) {
    this.settings = settings;
    this.directory = directory;
    this.socks = socks;
    HttpClientOptions options =
        new HttpClientOptions()
            .setDecompressionSupported(false)
            .setMaxHeaderSize(64 * 1024)
            .setMaxRedirects(0);
    this.client =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(new PoolOptions().setHttp1MaxSize(POOL))
            .build();
    this.sockets = vertx.createNetClient(new NetClientOptions());
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost(settings.host())
                    .setPort(settings.port())
                    .setHttp2ClearTextEnabled(false)
                    .setMaxHeaderSize(64 * 1024)
                    .setMaxInitialLineLength(16 * 1024))
            .requestHandler(this::handle);
  }

  /**
   * @param socks the way into the mesh; asked for each request, so that it may open later
   */
  public static Future<HttpFront> listen(
      Vertx vertx, Settings settings, Directory directory, Supplier<ProxyOptions> socks) {
    HttpFront front = new HttpFront(vertx, settings, directory, socks);
    return front.server.listen().map(front);
  }

  /** The way into the mesh at an address, as a caller. */
  public static ProxyOptions socks(String host, int port, String caller) {
    return new ProxyOptions()
        .setType(ProxyType.SOCKS5)
        .setHost(host)
        .setPort(port)
        .setUsername(caller)
        .setPassword("");
  }

  public int port() {
    return server.actualPort();
  }

  public Future<Void> close() {
    return Future.join(server.close(), client.close(), sockets.close()).mapEmpty();
  }

  private void handle(HttpServerRequest request) {
    Target target;
    try {
      String caller = ProxyUser.of(request, settings.identity());
      SpiffeId identity = CallerName.parse(caller, settings.trustDomain().get());
      target = Target.of(request, caller);
      if (directory.find(identity, target.host(), target.port()) instanceof Hop.Nowhere nowhere) {
        answer(request, 502, nowhere.reason());
        return;
      }
    } catch (IllegalArgumentException e) {
      answer(request, 400, String.valueOf(e.getMessage()));
      return;
    }
    if (request.method().equals(HttpMethod.CONNECT)) {
      tunnel(request, target);
    } else {
      forward(request, target);
    }
  }

  private ProxyOptions way(Target target) {
    return new ProxyOptions(socks.get()).setUsername(target.caller());
  }

  private void forward(HttpServerRequest request, Target target) {
    request.pause();
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(target.host())
            .setPort(target.port())
            .setURI(target.uri())
            .setProxyOptions(way(target))
            .setFollowRedirects(false);
    client
        .request(options)
        .compose(out -> send(request, out))
        .onSuccess(response -> reply(request, response))
        .onFailure(
            failure -> answer(request, 502, "the mesh did not carry this request to the end"));
  }

  private static Future<HttpClientResponse> send(HttpServerRequest request, HttpClientRequest out) {
    boolean upgrade = isUpgrade(request.headers());
    copy(request.headers(), out.headers(), upgrade);
    out.headers().remove(IDENTITY).remove("expect");
    if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
      request.response().writeContinue();
    }
    if (upgrade) {
      return out.connect();
    }
    if (request.headers().contains("transfer-encoding")) {
      out.setChunked(true);
    } else if (!request.headers().contains("content-length")) {
      request.resume();
      return out.send();
    }
    return out.send(request);
  }

  private static void reply(HttpServerRequest request, HttpClientResponse response) {
    boolean switched = response.statusCode() == 101;
    request.response().setStatusCode(response.statusCode());
    copy(response.headers(), request.response().headers(), switched);
    if (switched) {
      NetSocket far = response.netSocket();
      request.toNetSocket().onSuccess(near -> join(near, far)).onFailure(failure -> far.close());
      return;
    }
    if (!response.headers().contains("content-length")) {
      request.response().setChunked(true);
    }
    response.pipeTo(request.response()).onFailure(failure -> request.connection().close());
  }

  private void tunnel(HttpServerRequest request, Target target) {
    sockets
        .connect(
            new io.vertx.core.net.ConnectOptions()
                .setHost(target.host())
                .setPort(target.port())
                .setProxyOptions(way(target)))
        .onFailure(failure -> answer(request, 502, "the mesh refused the connection"))
        .onSuccess(far -> {
          far.pause();
          request
              .toNetSocket()
              .onSuccess(near -> join(near, far))
              .onFailure(failure -> far.close());
        });
  }

  private static void join(NetSocket near, NetSocket far) {
    near.pipeTo(far);
    far.pipeTo(near);
    far.resume();
  }

  private static boolean isUpgrade(MultiMap headers) {
    return headers.contains("upgrade") && headers.contains("connection", "upgrade", true);
  }

  private static void copy(MultiMap from, MultiMap to, boolean upgrade) {
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey();
      boolean hop =
          name.equalsIgnoreCase("proxy-authorization")
              || name.equalsIgnoreCase("proxy-connection")
              || name.equalsIgnoreCase("keep-alive")
              || name.equalsIgnoreCase("transfer-encoding")
              || !upgrade && name.equalsIgnoreCase("connection")
              || !upgrade && name.equalsIgnoreCase("upgrade");
      if (!hop) {
        to.add(name, header.getValue());
      }
    }
  }

  private static void answer(HttpServerRequest request, int status, String reason) {
    if (request.response().ended() || request.response().headWritten()) {
      request.connection().close();
      return;
    }
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "text/plain")
        .putHeader("connection", "close")
        .end("waypoint dev: " + reason + "\n");
  }
}
