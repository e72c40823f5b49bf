// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint. It carries one request at a time over HTTP/1.1 and as many as the
 * peer permits over HTTP/2.
 */
public final class UpstreamConnection {
  /** Everything of a request is set on the request itself; this one is only read. */
  private static final RequestOptions UNSET = new RequestOptions();

  private final Pool pool;
  private final HttpClientConnection connection;
  private final boolean http2;
  private final @Nullable InetSocketAddress local;
  private final long born;
  private int streams;
  private long requests;
  private long idleSince;
  private boolean listed;
  private boolean leaving;

  UpstreamConnection(Pool pool, HttpClientConnection connection, HttpVersion version) {
    this.pool = pool;
    this.connection = connection;
    this.http2 = version == HttpVersion.HTTP_2;
    this.local = inet(connection.localAddress());
    this.born = pool.nanos();
    connection.closeHandler(v -> gone());
    connection.exceptionHandler(e -> {}); // The requests on it are told, and they know what to say.
    if (http2) {
      // Not goAwayHandler: Vert.x copies the debug data for it and never releases the copy.
      connection.shutdownHandler(v -> leave());
    }
  }

  private static @Nullable InetSocketAddress inet(@Nullable SocketAddress address) {
    return address == null || address.port() < 0 || address.hostAddress() == null
        ? null
        : new InetSocketAddress(address.hostAddress(), address.port());
  }

  /** Whether the request at hand is not the connection's first: it may have been dead before. */
  public boolean isReused() {
    return requests > 1;
  }

  /** Our own address; null for a tunnel. */
  public @Nullable InetSocketAddress local() {
    return local;
  }

  public boolean isHttp2() {
    return http2;
  }

  /**
   * Gives a request's place back.
   *
   * @param reusable whether the connection is in a known state: both directions of the request
   *     ended as they should
   */
  public void release(boolean reusable) {
    streams--;
    leaving |= !reusable && !http2 || requests >= pool.requestsPerConnection();
    pool.released(this);
  }

  void open(Acquisition waiter) {
    streams++;
    requests++;
    pool.opened();
    var future = connection.request(UNSET);
    if (future.succeeded()) {
      waiter.acquired(future.result(), this);
    } else {
      future.onComplete(request -> opened(waiter, request.result()));
    }
  }

  private void opened(Acquisition waiter, HttpClientRequest request) {
    if (request == null) {
      release(false);
      waiter.failed(UpstreamFailure.CONNECT);
    } else {
      waiter.acquired(request, this);
    }
  }

  boolean hasRoom() {
    return !leaving
        && requests < pool.requestsPerConnection()
        && streams < (http2 ? connection.maxActiveStreams() : 1);
  }

  boolean isIdle() {
    return streams == 0;
  }

  boolean isLeaving() {
    return leaving;
  }

  boolean isListed() {
    return listed;
  }

  void listed(boolean listed) {
    this.listed = listed;
  }

  void idleSince(long nanos) {
    idleSince = nanos;
  }

  long idleSince() {
    return idleSince;
  }

  /** Since when it is open. */
  long born() {
    return born;
  }

  /** It takes no more requests; those under way finish. */
  void leave() {
    if (!leaving) {
      leaving = true;
      pool.left(this);
      closeWhenIdle();
    }
  }

  void closeWhenIdle() {
    if (streams == 0) {
      close();
    }
  }

  void close() {
    leaving = true;
    connection.close();
  }

  private void gone() {
    leaving = true;
    pool.gone(this);
  }
}
