// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.waypoint.routing.balance.ConnectionLimits.Lifetime;
import io.waypoint.upstream.Breaker.Resource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private final Allowance allowance;
  private final long idleNanos;
  private final long ageNanos;

  /** Those with room; the last one was used last, so that the others become idle and close. */
  private final ArrayDeque<UpstreamConnection> available = new ArrayDeque<>();

  private final ArrayDeque<Acquisition> waiting = new ArrayDeque<>();
  private final Set<UpstreamConnection> all = new HashSet<>();
  private int dialing;
  private int active;

  Pool(Dialer dialer, UpstreamSettings settings, Allowance allowance) {
    this.dialer = dialer;
    this.settings = settings;
    this.allowance = allowance;
    Lifetime lifetime = allowance.limits().lifetime();
    Duration idle = lifetime.idle();
    Duration age = lifetime.age();
    this.idleNanos = (idle == null ? settings.idle() : idle).toNanos();
    this.ageNanos = age == null ? Long.MAX_VALUE : age.toNanos();
  }

  /**
   * @param fresh whether only a new connection will do, because a kept one has just disappointed
   */
  void acquire(Acquisition waiter, boolean fresh) {
    UpstreamConnection connection = fresh ? null : lastUsed();
    if (connection != null) {
      open(connection, waiter);
    } else if (mayWait()) {
      waiting.add(waiter);
      dial();
    } else {
      waiter.failed(UpstreamFailure.OVERFLOW);
    }
  }

  /** The one used last that still has room: a peer may take fewer streams, or places get lost. */
  private @Nullable UpstreamConnection lastUsed() {
    UpstreamConnection last = available.peekLast();
    while (last != null && !last.hasRoom()) {
      unlist(last);
      last = available.peekLast();
    }
    return last;
  }

  private void open(UpstreamConnection connection, Acquisition waiter) {
    if (allowance.take(Resource.REQUESTS)) {
      connection.open(waiter);
      unlistWhenFull(connection);
    } else {
      waiter.failed(UpstreamFailure.OVERFLOW);
    }
  }

  private boolean mayWait() {
    // Those whose callers have gone take nobody's place.
    while (!waiting.isEmpty() && !waiting.peek().isWaiting()) {
      next();
    }
    return waiting.size() < settings.pending() && allowance.take(Resource.PENDING);
  }

  private Acquisition next() {
    allowance.give(Resource.PENDING);
    return waiting.remove();
  }

  private void dial() {
    while (waiting.size() > dialing * dialer.streams()
        && all.size() + dialing < settings.connections()
        && allowance.takeConnection(all.isEmpty() && dialing == 0)) {
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
    allowance.give(Resource.CONNECTIONS);
    int hopeful = dialing * dialer.streams();
    while (waiting.size() > hopeful) {
      Acquisition waiter = next();
      if (waiter.isWaiting()) {
        waiter.failed(failure);
      }
    }
  }

  void opened() {
    active++;
  }

  /** Whether any connection is open. */
  boolean isReached() {
    return !all.isEmpty();
  }

  /** Requests under way. */
  int active() {
    return active;
  }

  void released(UpstreamConnection connection) {
    active--;
    allowance.give(Resource.REQUESTS);
    if (connection.isLeaving()) {
      connection.closeWhenIdle();
    } else {
      serve(connection);
    }
  }

  private void serve(UpstreamConnection connection) {
    while (!waiting.isEmpty() && connection.hasRoom()) {
      Acquisition waiter = next();
      if (waiter.isWaiting()) {
        open(connection, waiter);
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
      allowance.give(Resource.CONNECTIONS);
      dial();
    }
  }

  /** How many requests a connection carries at most. */
  int requestsPerConnection() {
    return allowance.limits().lifetime().requests();
  }

  /** Now, for who wants to know how old a connection is. */
  long nanos() {
    return dialer.nanos();
  }

  void closeIdle(long nanos) {
    for (UpstreamConnection connection : all.toArray(new UpstreamConnection[0])) {
      if (connection.isIdle() && nanos - connection.idleSince() > idleNanos) {
        unlist(connection);
        connection.close();
      } else if (nanos - connection.born() > ageNanos) {
        connection.leave();
      }
    }
  }

  /** Every connection finishes what it has. */
  void retire() {
    for (UpstreamConnection connection : all.toArray(new UpstreamConnection[0])) {
      connection.leave();
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
