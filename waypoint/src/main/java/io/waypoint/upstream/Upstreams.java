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
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointHealth.Outcome;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Placement;
import java.util.HashMap;
import java.util.Map;
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

  private static final int CONNECTION_WINDOW = 4 * 1024 * 1024;
  private static final int LONGEST_STATUS_LINE = 8 * 1024;
  private static final long HOUSEKEEPING_MILLIS = 1_000;

  private final UpstreamLoop loop;
  private final HttpClientAgent http1;
  private final HttpClientAgent http2;
  private final NetClient tcp;
  private final Map<Endpoint, Pools> pools = new HashMap<>();
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
    this.backends = new Backends(shared, settings.locality());
    this.http1 = vertx.createHttpClient(options(settings));
    this.http2 =
        vertx.createHttpClient(
            options(settings)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setInitialSettings(
                    new Http2Settings()
                        .setPushEnabled(false)
                        .setInitialWindowSize(STREAM_WINDOW)
                        .setMaxHeaderListSize(settings.headerBytes())));
    this.tcp =
        vertx.createNetClient(
            new NetClientOptions().setConnectTimeout((int) settings.connect().toMillis()));
    this.housekeeping = vertx.setPeriodic(HOUSEKEEPING_MILLIS, id -> closeIdle());
  }

  private static HttpClientOptions options(UpstreamSettings settings) {
    return new HttpClientOptions()
        .setConnectTimeout((int) settings.connect().toMillis())
        .setMaxInitialLineLength(LONGEST_STATUS_LINE)
        .setMaxHeaderSize(settings.headerBytes())
        .setKeepAliveTimeout(0)
        .setHttp2KeepAliveTimeout(0)
        .setDecompressionSupported(false);
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
    if (backend.policy().outliers() != null) {
      backends.report(endpoint, outcome, backend, loop.nanos().getAsLong());
    }
  }

  /**
   * Finds or opens a connection.
   *
   * @param fresh whether only a new connection will do
   */
  public void acquire(Endpoint endpoint, boolean http2, boolean fresh, Acquisition waiter) {
    Pools ofEndpoint = pools.get(endpoint);
    if (ofEndpoint == null) {
      ofEndpoint =
          new Pools(
              new Pool(dialer(endpoint, false), loop.settings()),
              new Pool(dialer(endpoint, true), loop.settings()));
      pools.put(endpoint, ofEndpoint);
    }
    (http2 ? ofEndpoint.http2 : ofEndpoint.http1).acquire(waiter, fresh);
  }

  /** Requests that were sent to an endpoint and are not finished. */
  public int active(Endpoint endpoint) {
    Pools ofEndpoint = pools.get(endpoint);
    return ofEndpoint == null ? 0 : ofEndpoint.http1.active() + ofEndpoint.http2.active();
  }

  private Dialer dialer(Endpoint endpoint, boolean wantsHttp2) {
    return wantsHttp2
        ? new Dialer(loop, http2, HttpVersion.HTTP_2, endpoint)
        : new Dialer(loop, http1, HttpVersion.HTTP_1_1, endpoint);
  }

  /** Opens a connection for bytes that are not HTTP; never shared. */
  public Future<NetSocket> connect(Endpoint endpoint) {
    return tcp.connect(Addresses.of(endpoint));
  }

  private void closeIdle() {
    long now = loop.nanos().getAsLong();
    pools.values().removeIf(ofEndpoint -> ofEndpoint.closeIdle(now));
    backends.tick(now);
  }

  /** Closes every connection at once; drain first. */
  public Future<Void> close() {
    loop.vertx().cancelTimer(housekeeping);
    pools.values().forEach(Pools::close);
    return Future.all(http1.close(), http2.close(), tcp.close()).mapEmpty();
  }

  /** An endpoint's connections in either version of HTTP. */
  private record Pools(Pool http1, Pool http2) {
    /** Whether nothing is left. */
    boolean closeIdle(long nanos) {
      http1.closeIdle(nanos);
      http2.closeIdle(nanos);
      return http1.isUnused() && http2.isUnused();
    }

    void close() {
      http1.close();
      http2.close();
    }
  }
}
