// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.ProxyOptions;
import io.waypoint.Clocks;
import io.waypoint.config.WaypointSettings;
import io.waypoint.dev.DevMesh;
import io.waypoint.dev.DevMeshException;
import io.waypoint.dev.DevSettings;
import io.waypoint.telemetry.AccessLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A mesh whose applications and callers are the test's own; between them runs what production runs.
 *
 * <pre>
 *   client ──SOCKS5──► ztunnel ══ HBONE ══► waypoint ══ HBONE ══► ztunnel ──► server
 * </pre>
 */
final class Stage implements AutoCloseable {
  static final String CALLER = "sleep.default";

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final AccessLog accessLog;
  private final Queue<Object> clients = new ConcurrentLinkedQueue<>();
  private @Nullable String nameServers;
  private WaypointSettings.Keys keys = WaypointSettings.DEFAULTS.keys();
  private @Nullable DevMesh mesh;

  Stage(Path folder) throws IOException {
    this(folder, OutputStream.nullOutputStream());
  }

  /**
   * @param log where the access log goes
   */
  Stage(Path folder, OutputStream log) throws IOException {
    this.folder = folder;
    this.accessLog = new AccessLog(log, AccessLog.Format.JSON, "cluster.local");
    Manifests.mesh(folder);
  }

  Vertx vertx() {
    return vertx;
  }

  /** An application that speaks both versions of HTTP; before {@link #open}. */
  Stage serve(String name, String protocol, Handler<HttpServerRequest> handler) throws IOException {
    return serve(name, protocol, handler, null);
  }

  Stage serve(
      String name,
      String protocol,
      Handler<HttpServerRequest> handler,
      @Nullable Handler<ServerWebSocket> sockets)
      throws IOException {
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
            .requestHandler(handler)
            .webSocketHandler(sockets);
    return serve(name, protocol, server.listen(0, "127.0.0.1").await().actualPort());
  }

  /** An application that listens on the loopback by itself. */
  Stage serve(String name, String protocol, int port) throws IOException {
    Manifests.service(folder, name, protocol, port);
    return this;
  }

  /** Further objects; before {@link #open}. */
  Stage with(String name, String yaml) throws IOException {
    Files.writeString(folder.resolve(name + ".yaml"), yaml);
    return this;
  }

  /** Who is asked for hosts outside; before {@link #open}. */
  Stage asking(String servers) {
    nameServers = servers;
    return this;
  }

  /** How the keys of issuers are fetched; before {@link #open}. */
  Stage with(WaypointSettings.Keys fetching) {
    keys = fetching;
    return this;
  }

  void open() throws DevMeshException {
    open(Clocks.system());
  }

  /**
   * @param clocks what passes for time
   */
  void open(Clocks clocks) throws DevMeshException {
    mesh = DevMesh.start(settings(), clocks);
  }

  /** Silent, but for an access log that is written as it would be. */
  private DevSettings settings() {
    DevSettings quiet = DevSettings.quiet(List.of(folder));
    return new DevSettings(
        quiet.files(),
        fetching(Patience.of(asking(quiet.waypoint()))),
        quiet.caller(),
        quiet.certificateLifetime(),
        quiet.report(),
        quiet.refused(),
        accessLog,
        quiet.version());
  }

  private WaypointSettings asking(WaypointSettings settings) {
    WaypointSettings.Instance usual = settings.instance();
    return new WaypointSettings(
        settings.ports(),
        settings.timeouts(),
        settings.limits(),
        settings.drain(),
        new WaypointSettings.Instance(
            usual.eventLoops(),
            usual.gateway(),
            usual.rootNamespace(),
            usual.locality(),
            usual.node(),
            usual.controllerNamespace(),
            nameServers));
  }

  private WaypointSettings fetching(WaypointSettings settings) {
    return new WaypointSettings(
        settings.ports(),
        settings.timeouts(),
        settings.limits(),
        settings.drain(),
        settings.instance(),
        settings.mesh(),
        keys);
  }

  DevMesh mesh() {
    return Objects.requireNonNull(mesh);
  }

  ProxyOptions socks() {
    return mesh().socks(CALLER);
  }

  HttpClient http1(int connections) {
    return kept(
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setProxyOptions(socks()))
            .with(new PoolOptions().setHttp1MaxSize(connections))
            .build());
  }

  HttpClient http2() {
    return kept(vertx.createHttpClient(http2Options()));
  }

  /** With prior knowledge. */
  HttpClientOptions http2Options() {
    return new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false)
        .setProxyOptions(socks());
  }

  WebSocketClient webSockets() {
    return kept(vertx.createWebSocketClient(new WebSocketClientOptions().setProxyOptions(socks())));
  }

  /** A client that nobody refers to is closed by the garbage collector, with its connections. */
  private <T> T kept(T client) {
    clients.add(client);
    return client;
  }

  /** The waypoint's metrics, as Prometheus reads them. */
  String metrics() {
    return kept(vertx.createHttpClient())
        .request(HttpMethod.GET, mesh().waypoint().metricsPort(), "127.0.0.1", "/stats/prometheus")
        .compose(request -> request.send().compose(response -> response.body()))
        .await()
        .toString();
  }

  @Override
  public void close() {
    if (mesh != null) {
      mesh.close();
    }
    vertx.close().await();
    accessLog.close();
  }
}
