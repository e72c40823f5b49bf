// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.http.HttpClientRequest;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointHealth.Outcome;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.Placement;
import io.waypoint.routing.balance.Tried;
import io.waypoint.upstream.Acquisition;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamFailure;
import io.waypoint.world.World;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings a request to an endpoint, steps 6 to 8 of an exchange, and to another one while that is
 * safe:
 *
 * <ul>
 *   <li>no connection could be had, and there is an endpoint that was not tried;
 *   <li>the endpoint said that it has not looked at the request;
 *   <li>a connection that had served before was closed without an answer, and the request may be
 *       repeated.
 * </ul>
 *
 * <p>Never once a byte of the body was sent: nothing is kept to send it again.
 */
final class Delivery implements Acquisition, Placement {
  private final ProxyExchange exchange;
  private final ProxyLoop loop;
  private final World world;
  private final EndpointSet backend;
  private Tried tried = Tried.NONE;
  private @Nullable Endpoint endpoint;
  private @Nullable UpstreamCall call;
  private long sentNanos;
  private boolean over;

  Delivery(ProxyExchange exchange, World world, EndpointSet backend) {
    this.exchange = exchange;
    this.loop = exchange.loop();
    this.world = world;
    this.backend = backend;
  }

  /** Steps 6 and 7: pick an endpoint and connect. */
  void send() {
    Endpoint picked = loop.upstreams().pick(backend, this);
    if (picked == null) {
      fail(LocalAnswer.NO_HEALTHY_UPSTREAM);
      return;
    }
    endpoint = picked;
    exchange.record().attempt(backend, picked, world.workload(picked.workload()));
    boolean upgrade = exchange.request().asksForWebSocket();
    boolean http2 = !upgrade && (backend.http2() || exchange.request().isHttp2());
    boolean fresh = tried.size() > 0;
    loop.upstreams().acquire(picked, http2, fresh, this);
  }

  @Override
  public Tried tried() {
    return tried;
  }

  @Override
  public int active(Endpoint candidate) {
    return loop.upstreams().active(candidate);
  }

  @Override
  public RandomGenerator random() {
    return loop.environment().random();
  }

  @Override
  public long hash(HashKey key) {
    return RequestHash.of(key, exchange.request(), exchange.caller(), random());
  }

  @Override
  public boolean isWaiting() {
    return !over;
  }

  /** Step 8: the request goes upstream. */
  @Override
  public void acquired(HttpClientRequest upstream, UpstreamConnection connection) {
    var attempt = new UpstreamCall(this, loop, upstream, connection);
    call = attempt;
    exchange.record().connected(connection.local());
    attempt.listen(exchange);
    try {
      exchange.writeHead(upstream, connection);
    } catch (RuntimeException e) {
      cancel();
      exchange.broke(e);
      return;
    }
    sentNanos = loop.nanos();
    exchange.record().sent(sentNanos);
    if (exchange.request().asksForWebSocket()) {
      attempt.upgrade();
    } else {
      exchange.body().sendTo(attempt);
    }
  }

  @Override
  public void failed(UpstreamFailure failure) {
    LocalAnswer answer = Failures.answerTo(failure);
    if (failure != UpstreamFailure.OVERFLOW) {
      report(Outcome.LOCAL_ERROR);
    }
    boolean hasAnother = backend.readyCount() > tried.size() + 1;
    if (over) {
      return;
    }
    exchange.record().failure(answer.reason());
    if (failure == UpstreamFailure.OVERFLOW || !hasAnother || !retry()) {
      fail(answer);
    }
  }

  /** The call broke off. */
  void failed(UpstreamCall failed, Throwable cause) {
    if (over || failed != call) {
      return;
    }
    call = null;
    report(Outcome.LOCAL_ERROR);
    LocalAnswer answer = Failures.answerTo(cause);
    exchange.record().failure(answer.reason());
    if (!wasUnseen(failed, cause, answer) || !retry()) {
      fail(answer);
    }
  }

  /** The endpoint has answered with a status. */
  void answered(int status) {
    report(Outcome.of(status));
  }

  private void report(Outcome outcome) {
    if (endpoint != null) {
      loop.upstreams().report(backend, endpoint, outcome);
    }
  }

  private boolean wasUnseen(UpstreamCall failed, Throwable cause, LocalAnswer answer) {
    if (exchange.answering().hasBegun() || !exchange.body().isWhole()) {
      return false;
    }
    boolean wasDead = answer == LocalAnswer.TERMINATED && failed.connection().isReused();
    return Failures.isRefusal(cause, failed.streamId())
        || wasDead && Failures.isIdempotent(exchange.request().method());
  }

  private boolean retry() {
    if (tried.size() >= loop.settings().retries()) {
      return false;
    }
    tried = tried.and(Objects.requireNonNull(endpoint));
    exchange.body().hold();
    send();
    return true;
  }

  private void fail(LocalAnswer answer) {
    over = true;
    exchange.undelivered(answer);
  }

  /** Whether this call is the one whose answer counts. */
  boolean isCurrent(UpstreamCall candidate) {
    return !over && candidate == call;
  }

  /** Whether the request is on its way, so that its body flows. */
  boolean isSending() {
    return call != null;
  }

  long nanosSinceSent() {
    return loop.nanos() - sentNanos;
  }

  /** The exchange is over before the call is. */
  void cancel() {
    over = true;
    UpstreamCall current = call;
    call = null;
    if (current != null) {
      current.cancel();
    }
  }
}
