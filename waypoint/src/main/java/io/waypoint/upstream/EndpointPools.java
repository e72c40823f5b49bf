// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.net.NetClient;
import io.waypoint.routing.balance.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop under one allowance, by endpoint: those of all backends without
 * limits, or those of one backend.
 */
final class EndpointPools {
  /** The two ways in which one event loop speaks: over sockets of its own, and HTTP/2. */
  static final class Clients {
    private final UpstreamLoop loop;
    private final NetClient sockets;
    private final Supplier<HttpClientAgent> makeHttp2;
    private @Nullable HttpClientAgent http2;

    /**
     * @param makeHttp2 called when it is needed first: Vert.x takes an event loop out of turn for
     *     each client, and the loops that start after us must each get their own
     */
    Clients(UpstreamLoop loop, NetClient sockets, Supplier<HttpClientAgent> makeHttp2) {
      this.loop = loop;
      this.sockets = sockets;
      this.makeHttp2 = makeHttp2;
    }

    UpstreamLoop loop() {
      return loop;
    }

    NetClient sockets() {
      return sockets;
    }

    HttpClientAgent http2() {
      HttpClientAgent made = http2;
      if (made == null) {
        made = makeHttp2.get();
        http2 = made;
      }
      return made;
    }

    Future<Void> close() {
      HttpClientAgent made = http2;
      return made == null ? sockets.close() : Future.all(made.close(), sockets.close()).mapEmpty();
    }
  }

  private final Clients clients;
  private final Allowance allowance;
  private final Map<Endpoint, Pools> pools = new HashMap<>();

  EndpointPools(Clients clients, Allowance allowance) {
    this.clients = clients;
    this.allowance = allowance;
  }

  Allowance allowance() {
    return allowance;
  }

  Pool of(Endpoint endpoint, boolean http2) {
    Pools ofEndpoint = pools.get(endpoint);
    if (ofEndpoint == null) {
      ofEndpoint = new Pools(pool(endpoint, false), pool(endpoint, true));
      pools.put(endpoint, ofEndpoint);
    }
    return http2 ? ofEndpoint.http2 : ofEndpoint.http1;
  }

  private Pool pool(Endpoint endpoint, boolean http2) {
    UpstreamLoop loop = clients.loop();
    var connect = allowance.limits().lifetime().connect();
    var dialer = new Dialer(clients, http2, endpoint, connect);
    return new Pool(dialer, loop.settings(), allowance);
  }

  /** Requests that were sent to an endpoint and are not finished. */
  int active(Endpoint endpoint) {
    Pools ofEndpoint = pools.get(endpoint);
    return ofEndpoint == null ? 0 : ofEndpoint.http1.active() + ofEndpoint.http2.active();
  }

  /** Whether any connection to an endpoint is open. */
  boolean isReached(Endpoint endpoint) {
    Pools ofEndpoint = pools.get(endpoint);
    return ofEndpoint != null && (ofEndpoint.http1.isReached() || ofEndpoint.http2.isReached());
  }

  void closeIdle(long now) {
    pools.values().removeIf(ofEndpoint -> ofEndpoint.closeIdle(now));
  }

  /** Others take over: what is under way finishes. */
  void retire() {
    for (Pools ofEndpoint : pools.values()) {
      ofEndpoint.http1.retire();
      ofEndpoint.http2.retire();
    }
  }

  boolean isUnused() {
    return pools.isEmpty();
  }

  void close() {
    for (Pools ofEndpoint : pools.values()) {
      ofEndpoint.http1.close();
      ofEndpoint.http2.close();
    }
  }

  /** An endpoint's connections in either version of HTTP. */
  private record Pools(Pool http1, Pool http2) {
    /** Whether nothing is left. */
    boolean closeIdle(long nanos) {
      http1.closeIdle(nanos);
      http2.closeIdle(nanos);
      return http1.isUnused() && http2.isUnused();
    }
  }
}
