// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.waypoint.routing.balance.ConnectionLimits;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointHealth.Outcome;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Placement;
import io.waypoint.upstream.Breaker.Resource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The upstream side of one event loop: connections to endpoints, kept and shared among this loop's
 * requests. Everything here is called on that loop.
 *
 * <p>The pools are ours, not Vert.x's: Vert.x would key them by the request's host too, which
 * callers choose freely.
 */
public final class Upstreams {
  /** What an endpoint may send on one HTTP/2 stream before we have read it. */
  private static final int STREAM_WINDOW = 256 * 1024;

  /**
   * What it may send on a connection, which requests of several callers share. Answers whose
   * callers do not read hold up to a stream's window each, and Netty gives a window back only when
   * half of it was read: it takes more than a hundred of them to stop the others.
   */
  private static final int CONNECTION_WINDOW = 64 * 1024 * 1024;

  private static final long HOUSEKEEPING_MILLIS = 1_000;

  private final UpstreamLoop loop;
  private final EndpointPools.Clients clients;
  private final EndpointPools unlimited;
  private final NetClient tcp;
  private final Backends backends;
  private final long housekeeping;

  /**
   * Made on the event loop that it belongs to.
   *
   * @param shared what this proxy's loops know together
   * @param nanos a clock like {@code System.nanoTime}
   */
  public Upstreams(
      Vertx vertx, UpstreamSettings settings, SharedBackends shared, LongSupplier nanos) {
    this.loop = new UpstreamLoop(vertx, vertx.getOrCreateContext(), settings, nanos);
    this.tcp =
        vertx.createNetClient(
            new NetClientOptions().setConnectTimeout((int) settings.connect().toMillis()));
    this.clients = new EndpointPools.Clients(loop, tcp, () -> http2(vertx, settings));
    this.unlimited = new EndpointPools(clients, Allowance.UNLIMITED);
    this.backends =
        new Backends(
            shared, settings.locality(), allowance -> new EndpointPools(clients, allowance));
    this.housekeeping = vertx.setPeriodic(HOUSEKEEPING_MILLIS, id -> closeIdle());
  }

  private static HttpClientAgent http2(Vertx vertx, UpstreamSettings settings) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setConnectTimeout((int) settings.connect().toMillis())
            .setHttp2KeepAliveTimeout(0)
            .setDecompressionSupported(false)
            .setForceSni(true)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setUseAlpn(true)
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
            .setInitialSettings(
                new Http2Settings()
                    .setPushEnabled(false)
                    .setInitialWindowSize(STREAM_WINDOW)
                    .setMaxHeaderListSize(settings.headerBytes())));
  }

  /**
   * Who serves a request, by the backend's policy, the endpoints' health and where they run.
   *
   * @return null when nobody is there who may
   */
  public @Nullable Endpoint pick(EndpointSet backend, Placement request) {
    return backends.pick(backend, request, loop.nanos());
  }

  /** Says what became of a request, so that an endpoint that fails is left out for a while. */
  public void report(EndpointSet backend, Endpoint endpoint, Outcome outcome) {
    backends.report(endpoint, outcome, backend, loop.nanos());
  }

  /**
   * Finds or opens a connection.
   *
   * @param fresh whether only a new connection will do
   */
  public void acquire(
      EndpointSet backend, Endpoint endpoint, boolean http2, boolean fresh, Acquisition waiter) {
    pools(backend).of(endpoint, http2).acquire(waiter, fresh);
  }

  /** The same for one that is no backend of requests, such as an authorizer: without limits. */
  public void acquire(Endpoint endpoint, boolean http2, boolean fresh, Acquisition waiter) {
    unlimited.of(endpoint, http2).acquire(waiter, fresh);
  }

  /**
   * Which version of HTTP a request goes on in. Over TLS nobody says in advance what the endpoint
   * speaks: HTTP/2 is for those that cannot do without.
   */
  public static boolean usesHttp2(
      EndpointSet backend, Endpoint endpoint, boolean http2, boolean grpc) {
    return backend.http2()
        || backend.policy().upgrades()
        || (endpoint.tls() == null ? http2 : grpc);
  }

  /** Requests of a backend that were sent to an endpoint and are not finished. */
  public int active(EndpointSet backend, Endpoint endpoint) {
    return pools(backend).active(endpoint);
  }

  /** Whether a connection for requests of a backend leads to an endpoint. */
  public boolean isReached(EndpointSet backend, Endpoint endpoint) {
    return pools(backend).isReached(endpoint);
  }

  private EndpointPools pools(EndpointSet backend) {
    return backend.policy().limits() == ConnectionLimits.NONE ? unlimited : backends.pools(backend);
  }

  /**
   * Whether one more repetition may be under way to a backend; then {@link #endRetry} is called
   * once.
   */
  public boolean beginRetry(EndpointSet backend) {
    return pools(backend).allowance().take(Resource.RETRIES);
  }

  public void endRetry(EndpointSet backend) {
    pools(backend).allowance().give(Resource.RETRIES);
  }

  /** Opens a connection for bytes that are not HTTP; never shared. */
  public Future<NetSocket> connect(Endpoint endpoint) {
    return tcp.connect(Addresses.of(endpoint));
  }

  private void closeIdle() {
    long now = loop.nanos().getAsLong();
    unlimited.closeIdle(now);
    backends.tick(now);
  }

  /** Closes every connection at once; drain first. */
  public Future<Void> close() {
    loop.vertx().cancelTimer(housekeeping);
    unlimited.close();
    backends.close();
    return clients.close();
  }
}
