// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
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
  private final HttpClientAgent client;
  private final HttpConnectOptions target;
  private final HttpVersion version;
  private final long timeoutMillis;
  private final LongSupplier nanos;

  /**
   * @param connect how long it may take; null for the usual time
   */
  Dialer(
      UpstreamLoop loop,
      HttpClientAgent client,
      HttpVersion version,
      Endpoint endpoint,
      @Nullable Duration connect) {
    this.vertx = loop.vertx();
    this.loop = loop.context();
    this.client = client;
    this.version = version;
    boolean plain = endpoint.tunnel() == null && version == HttpVersion.HTTP_1_1;
    Endpoint.Tls tls = endpoint.tls();
    boolean quick = plain && tls == null;
    Duration usual = quick ? loop.settings().tcp() : loop.settings().connect();
    this.timeoutMillis = Math.max(1, (connect == null ? usual : connect).toMillis());
    this.nanos = loop.nanos();
    this.target =
        new HttpConnectOptions()
            .setServer(Addresses.of(endpoint))
            .setHost(endpoint.address().getHostString())
            .setPort(endpoint.address().getPort())
            .setSsl(tls != null);
    if (tls != null) {
      target.setHost(tls.serverName()).setSslOptions(ServerTrust.options(tls, version));
    }
  }

  /** How many requests one connection is expected to carry at a time. */
  int streams() {
    return version == HttpVersion.HTTP_2 ? HTTP2_STREAMS : 1;
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
        client.connect(target).onComplete(this::ended);
      } catch (IllegalStateException closed) {
        ended(Future.failedFuture(closed));
      }
    }

    private void timedOut() {
      decided = true;
      pool.dialFailed(UpstreamFailure.TIMEOUT);
    }

    private void ended(AsyncResult<HttpClientConnection> result) {
      if (decided) {
        if (result.succeeded()) {
          result.result().close();
        }
        return;
      }
      decided = true;
      vertx.cancelTimer(timer);
      if (result.succeeded()) {
        pool.connected(new UpstreamConnection(pool, result.result(), version));
      } else {
        boolean untrusted = result.cause() instanceof SSLException;
        pool.dialFailed(untrusted ? UpstreamFailure.UNTRUSTED : UpstreamFailure.CONNECT);
      }
    }
  }
}
