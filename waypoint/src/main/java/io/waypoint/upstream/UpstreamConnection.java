// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.waypoint.http1.ClientConnection;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint. It carries one request at a time over HTTP/1.1 and as many as the
 * peer permits over HTTP/2.
 */
public final class UpstreamConnection {
  /** HTTP/2 numbers 2³⁰ streams of a client, and no more. */
  private static final int MOST_REQUESTS = 1 << 29;

  private final Pool pool;
  private final Link link;
  private final boolean http2;
  private final @Nullable InetSocketAddress local;
  private final long born;
  private final int mostRequests;
  private int streams;
  private int forfeited;
  private long requests;
  private long idleSince;
  private boolean listed;
  private boolean leaving;

  private UpstreamConnection(Pool pool, Link link, boolean http2, @Nullable SocketAddress local) {
    this.pool = pool;
    this.link = link;
    this.http2 = http2;
    this.local = inet(local);
    this.born = pool.nanos();
    this.mostRequests = Math.min(MOST_REQUESTS, pool.requestsPerConnection());
  }

  /** Over a socket that was opened for it. */
  static UpstreamConnection http1(Pool pool, NetSocket socket, ClientConnection.Settings settings) {
    var link = new Link.Http1();
    var made = new UpstreamConnection(pool, link, false, socket.localAddress());
    link.carriedBy(ClientConnection.on(socket, settings, made::gone));
    return made;
  }

  static UpstreamConnection http2(Pool pool, HttpClientConnection connection) {
    var made =
        new UpstreamConnection(pool, new Link.Http2(connection), true, connection.localAddress());
    connection.closeHandler(v -> made.gone());
    connection.exceptionHandler(e -> {}); // The requests on it are told, and they know what to say.
    // Not goAwayHandler: Vert.x copies the debug data for it and never releases the copy.
    connection.shutdownHandler(v -> made.leave());
    return made;
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
    leaving |= !http2 && !(reusable && link.isReusable()) || requests >= mostRequests;
    pool.released(this);
  }

  void open(Acquisition waiter) {
    streams++;
    requests++;
    pool.opened();
    link.open(this, waiter);
  }

  boolean hasRoom() {
    return !leaving && requests < mostRequests && streams + forfeited < link.streams();
  }

  /**
   * A place of this connection is lost: its request was cancelled before it became a stream. With
   * half of them lost the connection leaves, so that whoever cancels so early costs a new one only
   * now and then.
   */
  void forfeit() {
    forfeited++;
    if (forfeited * 2 >= link.streams()) {
      leave();
    }
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
    link.close();
  }

  private void gone() {
    leaving = true;
    pool.gone(this);
  }
}
