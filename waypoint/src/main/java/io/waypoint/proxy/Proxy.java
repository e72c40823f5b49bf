// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.waypoint.downstream.Http1Acceptor;
import io.waypoint.downstream.Http2Exchange;
import io.waypoint.downstream.IncomingRequest;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.hbone.TunnelAcceptor;
import io.waypoint.hbone.VertxLoop;
import io.waypoint.http1.RequestLimits;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.upstream.Upstreams;
import io.waypoint.world.WorldHolder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The front door: one for each event loop, made on it, for the servers that listen on it.
 *
 * <pre>
 *   transport.serve(name, proxy.http1())         HTTP/1
 *   server.connectionHandler(proxy::connected)   HTTP/2: who calls is read once a connection
 *   server.requestHandler(proxy::handle)
 *                                                one ProxyExchange a request
 * </pre>
 */
public final class Proxy {
  private static final Duration RELAY_REPORT = Duration.ofSeconds(5);

  private final ProxyLoop loop;
  private final Callers callers;
  private volatile @Nullable ConnectPolicy relays;
  private final Map<HttpConnection, Caller> connections = new HashMap<>();

  public Proxy(
      Environment environment,
      ProxySettings settings,
      WorldHolder worlds,
      Upstreams upstreams,
      Telemetry telemetry,
      Callers callers) {
    this.loop = new ProxyLoop(environment, settings, worlds, upstreams, telemetry);
    this.callers = callers;
    environment.vertx().setPeriodic(IdleWatch.TICK.toMillis(), id -> loop.watch().tick());
  }

  /**
   * Judges the CONNECTs of this loop's connections.
   *
   * @param transport dials what is relayed
   * @param connectTimeout for each attempt to reach a destination that is not HTTP
   */
  public TunnelAcceptor acceptor(HboneTransport transport, Duration connectTimeout) {
    ConnectPolicy policy = new ConnectPolicy(loop, transport, connectTimeout);
    relays = policy;
    loop.environment().vertx().setPeriodic(RELAY_REPORT.toMillis(), id -> policy.tick());
    return policy;
  }

  /** A new world is in force: connections that policy no longer allows are closed. */
  public void worldChanged() {
    ConnectPolicy policy = relays;
    if (policy != null) {
      policy.worldChanged();
    }
  }

  /** A connection of an HTTP/2 server was accepted. */
  public void connected(HttpConnection connection) {
    connections.put(connection, callers.of(connection.remoteAddress(), connection.localAddress()));
    connection.closeHandler(v -> connections.remove(connection));
    connection.exceptionHandler(e -> {}); // The exchanges on it are told.
  }

  /** Serves HTTP/1 on this loop's channels. */
  public Http1Acceptor http1() {
    var limits = loop.settings().request();
    return new Http1Acceptor(
        VertxLoop.current(loop.environment().vertx()),
        new RequestLimits(limits.requestLine(), limits.fields(), limits.fieldCount()),
        this::http1);
  }

  private Consumer<IncomingRequest> http1(SocketAddress remote, SocketAddress local) {
    Caller caller = callers.of(remote, local);
    return request -> new ProxyExchange(loop, caller, request).begin();
  }

  /** A request of an HTTP/2 server has arrived. */
  public void handle(HttpServerRequest request) {
    Caller caller = connections.get(request.connection());
    if (caller == null) {
      caller = callers.of(request.remoteAddress(), request.localAddress());
    }
    new ProxyExchange(loop, caller, new Http2Exchange(request)).begin();
  }

  /**
   * Tells callers to go elsewhere: HTTP/1 answers say {@code connection: close}, HTTP/2 connections
   * get a GOAWAY that names no stream, so that none is lost. Exchanges under way finish.
   */
  public void drain() {
    loop.drain();
    for (HttpConnection connection : connections.keySet()) {
      connection.goAway(0, Integer.MAX_VALUE);
    }
  }

  ProxyLoop loop() {
    return loop;
  }

  /** Exchanges and relayed connections under way; from any thread. */
  public int active() {
    ConnectPolicy policy = relays;
    return loop.watch().size() + (policy == null ? 0 : policy.openRelays());
  }
}
