// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.RequestOptions;
import io.waypoint.http1.ClientConnection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What carries a connection's requests. */
sealed interface Link {
  /** How many requests it carries at a time. */
  int streams();

  /** Whether another request may follow one that has ended as it should. */
  boolean isReusable();

  /** Opens a place for a request, which {@code connection} has counted already. */
  void open(UpstreamConnection connection, Acquisition waiter);

  void close();

  /** HTTP/1.1, of our own. */
  final class Http1 implements Link {
    private @Nullable ClientConnection connection;

    void carriedBy(ClientConnection opened) {
      connection = opened;
    }

    private ClientConnection connection() {
      return Objects.requireNonNull(connection);
    }

    @Override
    public int streams() {
      return 1;
    }

    @Override
    public boolean isReusable() {
      return connection().isReusable();
    }

    @Override
    public void open(UpstreamConnection of, Acquisition waiter) {
      var call = new Http1Call(connection());
      connection().begin(call);
      waiter.acquired(call, of);
    }

    @Override
    public void close() {
      connection().close();
    }
  }

  /** HTTP/2, of Vert.x. */
  record Http2(HttpClientConnection connection) implements Link {
    /** Everything of a request is set on the request itself; this one is only read. */
    private static final RequestOptions UNSET = new RequestOptions();

    @Override
    public int streams() {
      return (int) Math.min(Integer.MAX_VALUE, connection.maxActiveStreams());
    }

    @Override
    public boolean isReusable() {
      return true;
    }

    @Override
    public void open(UpstreamConnection of, Acquisition waiter) {
      var future = connection.request(UNSET);
      if (future.succeeded()) {
        waiter.acquired(new Http2Call(future.result(), of::forfeit), of);
        return;
      }
      // It is closing, or Vert.x counts more streams than we do and would let the request wait for
      // a place that may never come.
      future.onSuccess(late -> late.reset(Http2Call.CANCEL));
      of.release(false);
      of.leave();
      waiter.failed(UpstreamFailure.CONNECT);
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
