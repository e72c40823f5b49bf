// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.waypoint.routing.balance.Endpoint;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens connections to one endpoint in one protocol version. */
final class Dialer {
  /** What is assumed of an HTTP/2 peer before its SETTINGS say it. */
  private static final int HTTP2_STREAMS = 100;

  private final Vertx vertx;
  private final Context loop;
  private final EndpointPools.Clients clients;
  private final boolean http2;
  private final ConnectOptions socket;
  private final HttpConnectOptions stream;
  private final long timeoutMillis;
  private final LongSupplier nanos;

  /**
   * @param connect how long it may take; null for the usual time
   */
  Dialer(
      EndpointPools.Clients clients, boolean http2, Endpoint endpoint, @Nullable Duration connect) {
    UpstreamLoop own = clients.loop();
    this.clients = clients;
    this.http2 = http2;
    this.vertx = own.vertx();
    this.loop = own.context();
    this.nanos = own.nanos();
    Endpoint.Tls tls = endpoint.tls();
    boolean quick = endpoint.tunnel() == null && !http2 && tls == null;
    Duration usual = quick ? own.settings().tcp() : own.settings().connect();
    this.timeoutMillis = Math.max(1, (connect == null ? usual : connect).toMillis());
    SocketAddress server = Addresses.of(endpoint);
    String host = tls == null ? endpoint.address().getHostString() : tls.serverName();
    int port = endpoint.address().getPort();
    this.socket = new ConnectOptions().setRemoteAddress(server).setHost(host).setPort(port);
    this.stream = new HttpConnectOptions().setServer(server).setHost(host).setPort(port);
    if (tls != null) {
      socket.setSsl(true).setSslOptions(ServerTrust.options(tls, HttpVersion.HTTP_1_1));
      socket.setSniServerName(tls.serverName());
      stream.setSsl(true).setSslOptions(ServerTrust.options(tls, HttpVersion.HTTP_2));
    }
  }

  /** How many requests one connection is expected to carry at a time. */
  int streams() {
    return http2 ? HTTP2_STREAMS : 1;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  /**
   * Dials on the loop's own context, not on that of the request that happens to need the
   * connection: the connection outlives it.
   */
  void dial(Pool pool) {
    loop.runOnContext(v -> new Attempt(pool).begin());
  }

  private final class Attempt {
    private final Pool pool;
    private long timer;
    private boolean decided;

    Attempt(Pool pool) {
      this.pool = pool;
    }

    void begin() {
      timer = vertx.setTimer(timeoutMillis, id -> timedOut());
      try {
        if (http2) {
          clients.http2().connect(stream).onComplete(this::streamsOpen);
        } else {
          clients.sockets().connect(socket).onComplete(this::socketOpen);
        }
      } catch (IllegalStateException closed) {
        failed(closed);
      }
    }

    private void timedOut() {
      decided = true;
      pool.dialFailed(UpstreamFailure.TIMEOUT);
    }

    private void socketOpen(AsyncResult<NetSocket> result) {
      if (result.failed()) {
        failed(result.cause());
      } else if (decided) {
        result.result().close();
      } else {
        decide();
        pool.connected(UpstreamConnection.http1(pool, result.result(), clients.loop().http1()));
      }
    }

    private void streamsOpen(AsyncResult<HttpClientConnection> result) {
      if (result.failed()) {
        failed(result.cause());
      } else if (decided) {
        result.result().close();
      } else {
        decide();
        pool.connected(UpstreamConnection.http2(pool, result.result()));
      }
    }

    private void failed(Throwable cause) {
      if (!decided) {
        decide();
        boolean untrusted = cause instanceof SSLException;
        pool.dialFailed(untrusted ? UpstreamFailure.UNTRUSTED : UpstreamFailure.CONNECT);
      }
    }

    private void decide() {
      decided = true;
      vertx.cancelTimer(timer);
    }
  }
}
