// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * The connections of one event loop to one endpoint in one protocol version.
 *
 * <pre>
 *   acquire ──► a connection with room, the one used last ──► acquired
 *      │ none
 *      └──────► waiting ──► dial while the dials under way would not serve all who wait
 *                  ▲           │ connected / released: serve who waits longest
 *                  └───────────┘ failed: fail those whom no other dial serves
 * </pre>
 */
final class Pool {
  private final Dialer dialer;
  private final UpstreamSettings settings;

  /** Those with room; the last one was used last, so that the others become idle and close. */
  private final ArrayDeque<UpstreamConnection> available = new ArrayDeque<>();

  private final ArrayDeque<Acquisition> waiting = new ArrayDeque<>();
  private final Set<UpstreamConnection> all = new HashSet<>();
  private int dialing;
  private int active;

  Pool(Dialer dialer, UpstreamSettings settings) {
    this.dialer = dialer;
    this.settings = settings;
  }

  /**
   * @param fresh whether only a new connection will do, because a kept one has just disappointed
   */
  void acquire(Acquisition waiter, boolean fresh) {
    UpstreamConnection connection = fresh ? null : available.peekLast();
    if (connection != null) {
      open(connection, waiter);
    } else if (waiting.size() >= settings.pending()) {
      waiter.failed(UpstreamFailure.OVERFLOW);
    } else {
      waiting.add(waiter);
      dial();
    }
  }

  private void open(UpstreamConnection connection, Acquisition waiter) {
    connection.open(waiter);
    unlistWhenFull(connection);
  }

  private void dial() {
    while (waiting.size() > dialing * dialer.streams()
        && all.size() + dialing < settings.connections()) {
      dialing++;
      dialer.dial(this);
    }
  }

  void connected(UpstreamConnection connection) {
    dialing--;
    all.add(connection);
    serve(connection);
  }

  void dialFailed(UpstreamFailure failure) {
    dialing--;
    int hopeful = dialing * dialer.streams();
    while (waiting.size() > hopeful) {
      Acquisition waiter = waiting.remove();
      if (waiter.isWaiting()) {
        waiter.failed(failure);
      }
    }
  }

  void opened() {
    active++;
  }

  /** Requests under way. */
  int active() {
    return active;
  }

  void released(UpstreamConnection connection) {
    active--;
    if (connection.isLeaving()) {
      connection.closeWhenIdle();
    } else {
      serve(connection);
    }
  }

  private void serve(UpstreamConnection connection) {
    while (!waiting.isEmpty() && connection.hasRoom()) {
      Acquisition waiter = waiting.remove();
      if (waiter.isWaiting()) {
        connection.open(waiter);
      }
    }
    if (connection.hasRoom()) {
      list(connection);
    }
    dial();
  }

  private void list(UpstreamConnection connection) {
    if (connection.isIdle()) {
      connection.idleSince(dialer.nanos());
    }
    if (!connection.isListed()) {
      connection.listed(true);
      available.add(connection);
    }
  }

  private void unlistWhenFull(UpstreamConnection connection) {
    if (!connection.hasRoom() && connection.isListed()) {
      unlist(connection);
    }
  }

  private void unlist(UpstreamConnection connection) {
    if (connection.isListed()) {
      connection.listed(false);
      if (available.peekLast() == connection) {
        available.removeLast();
      } else {
        available.remove(connection);
      }
    }
  }

  /** It takes no more requests. */
  void left(UpstreamConnection connection) {
    unlist(connection);
  }

  void gone(UpstreamConnection connection) {
    unlist(connection);
    if (all.remove(connection)) {
      dial();
    }
  }

  void closeIdle(long nanos) {
    long limit = settings.idle().toNanos();
    for (UpstreamConnection connection : all.toArray(new UpstreamConnection[0])) {
      if (connection.isIdle() && nanos - connection.idleSince() > limit) {
        unlist(connection);
        connection.close();
      }
    }
  }

  boolean isUnused() {
    return all.isEmpty() && dialing == 0 && waiting.isEmpty();
  }

  void close() {
    for (UpstreamConnection connection : all.toArray(new UpstreamConnection[0])) {
      unlist(connection);
      connection.close();
    }
  }
}
