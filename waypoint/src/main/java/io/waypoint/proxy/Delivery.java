// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointHealth.Outcome;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.KeyHash;
import io.waypoint.routing.balance.Placement;
import io.waypoint.routing.balance.RetryShare;
import io.waypoint.routing.balance.Tried;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.Timeouts;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamFailure;
import io.waypoint.upstream.UpstreamRequest;
import io.waypoint.upstream.UpstreamResponse;
import io.waypoint.upstream.Upstreams;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings a request to an endpoint, steps 6 to 8 of an exchange, and again while {@link Retries}
 * permit it and the whole of its body can be sent again.
 *
 * <pre>
 *   send ──► connecting ──► acquired ──► the answer's head ──► Answering
 *    ▲           │ failed       │ failed, late       │ a status that is not final
 *    └─ pausing ◄┴──────────────┴────────────────────┘
 *         │ no more attempts, or none within the backend's budget
 *         └──► the exchange is told, or gets the last answer
 * </pre>
 */
final class Delivery implements Placement {
  private final ProxyExchange exchange;
  private final ProxyLoop loop;
  private final EndpointSet backend;
  private final Serving serving;
  private final Retries retries;
  private final @Nullable Duration attemptLimit;
  private final RetryBudget.@Nullable Share budget;
  private Tried tried = Tried.NONE;
  private @Nullable Endpoint endpoint;
  private @Nullable UpstreamCall call;
  private Alarms.@Nullable Alarm alarm;
  private int repetitions;
  private long sentNanos;
  private boolean exhausted;
  private boolean holdsRetry;
  private @Nullable MintedCookie minted;
  private boolean over;

  /**
   * @param rule the route's; null when there is no route
   */
  Delivery(ProxyExchange exchange, Serving serving, @Nullable Rule rule) {
    this.exchange = exchange;
    this.loop = exchange.loop();
    this.backend = serving.set();
    this.serving = serving;
    this.retries = Retries.of(rule == null ? null : rule.retry(), loop.settings().retries());
    Timeouts timeouts = rule == null ? null : rule.timeouts();
    Duration limit = timeouts == null ? null : timeouts.backendRequest();
    this.attemptLimit = Timeouts.isSet(limit) ? limit : null;
    RetryShare share = backend.policy().retries();
    boolean counts =
        retries.rule() != null || exchange.request().fields().isGrpc() || share != null;
    this.budget =
        counts ? serving.retryBudget().begin(share == null ? RetryShare.DEFAULT : share) : null;
  }

  /** Steps 6 and 7: pick an endpoint and connect. */
  void send() {
    alarm = null;
    if (repetitions > 0) {
      serving.lookAgain();
    }
    Endpoint picked = pinned();
    if (picked == null) {
      picked = loop.upstreams().pick(serving.set(), this);
    }
    if (picked == null) {
      fail(LocalAnswer.NO_HEALTHY_UPSTREAM);
      return;
    }
    endpoint = picked;
    EndpointSet set = serving.set();
    exchange.record().attempt(set, picked, serving.workload(picked));
    boolean upgrade = exchange.request().asksForWebSocket();
    CanonicalRequest request = exchange.request();
    boolean http2 =
        !upgrade && Upstreams.usesHttp2(set, picked, request.isHttp2(), request.fields().isGrpc());
    boolean fresh = repetitions > 0;
    var attempt = new UpstreamCall(this, loop);
    call = attempt;
    if (attemptLimit != null) {
      alarm = loop.environment().time().alarms().after(attemptLimit, () -> late(attempt));
    }
    loop.upstreams().acquire(set, picked, http2, fresh, attempt);
  }

  @Override
  public Tried tried() {
    return tried;
  }

  @Override
  public int active(Endpoint candidate) {
    return loop.upstreams().active(serving.set(), candidate);
  }

  @Override
  public RandomGenerator random() {
    return loop.environment().random();
  }

  @Override
  public long hash(HashKey key) {
    long hash = RequestHash.of(key, exchange.request(), exchange.caller());
    if (hash != KeyHash.ABSENT) {
      return hash;
    }
    if (minted == null) {
      minted = MintedCookie.of(key, random());
    }
    return minted == null ? random().nextLong() : minted.hash();
  }

  /** That of the request's session, as long as it may go there. */
  private @Nullable Endpoint pinned() {
    Session session = exchange.session();
    Endpoint own = session == null ? null : session.endpoint();
    if (session == null || own == null) {
      return null;
    }
    return !tried.holds(own) || session.isStrict() ? own : null;
  }

  /** Tells the caller where its session is, and how to come to the same endpoint again. */
  void markSession(MultiMap response) {
    Session session = exchange.session();
    if (session != null && endpoint != null) {
      session.mark(endpoint, response);
    }
    if (minted != null) {
      minted.give(response);
    }
  }

  /** Step 8: the request goes upstream. */
  void acquired(UpstreamCall attempt, UpstreamRequest upstream, UpstreamConnection connection) {
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

  /** No connection could be had. */
  void failed(UpstreamCall failed, UpstreamFailure failure) {
    if (over || failed != call) {
      return;
    }
    if (failure != UpstreamFailure.OVERFLOW) {
      report(Outcome.LOCAL_ERROR);
    }
    LocalAnswer answer = Failures.answerTo(failure);
    serving.lookAgain();
    boolean hasAnother = retries.rule() != null || serving.hasAnother(tried, endpoint);
    exchange.record().failure(answer.reason());
    if (failure == UpstreamFailure.OVERFLOW || !hasAnother) {
      fail(answer);
    } else {
      retryOr(Retries.Failure.UNREACHED, answer);
    }
  }

  /** The call broke off. */
  void failed(UpstreamCall failed, Throwable cause) {
    if (over || failed != call) {
      return;
    }
    report(Outcome.LOCAL_ERROR);
    LocalAnswer answer = Failures.answerTo(cause);
    exchange.record().failure(answer.reason());
    retryOr(failure(failed, cause, answer), answer);
  }

  private static Retries.Failure failure(UpstreamCall failed, Throwable cause, LocalAnswer answer) {
    if (Failures.isRefusal(cause, failed.streamId())) {
      return Retries.Failure.UNSEEN;
    }
    return answer == LocalAnswer.TERMINATED && failed.connection().isReused()
        ? Retries.Failure.FOUND_DEAD
        : Retries.Failure.BROKEN;
  }

  /** The time of one attempt is over. */
  private void late(UpstreamCall attempt) {
    if (!over && attempt == call) {
      attempt.cancel();
      reportSilence(attempt);
      exchange.record().failure(LocalAnswer.TIMED_OUT.reason());
      retryOr(Retries.Failure.LATE, LocalAnswer.TIMED_OUT);
    }
  }

  /**
   * The head of an answer has come.
   *
   * @return whether it is not the last word, so that it is thrown away
   */
  boolean triesAgain(UpstreamCall answered, UpstreamResponse response) {
    boolean grpc = exchange.request().fields().isGrpc();
    int grpcStatus =
        grpc && response.headers().contains(FieldNames.GRPC_STATUS)
            ? GrpcStatus.parse(response.headers().get(FieldNames.GRPC_STATUS))
            : GrpcStatus.OK;
    report(Outcome.of(response.status()));
    Retries.Failure failure = retries.judge(response.status(), grpc, grpcStatus);
    if (failure == null) {
      return false;
    }
    if (!mayRepeat(failure)) {
      return false;
    }
    if (!isWithinBudget(failure)) {
      answered.abandon(response);
      fail(LocalAnswer.RETRY_BUDGET);
      return true;
    }
    answered.abandon(response);
    repeat(failure);
    return true;
  }

  private void retryOr(Retries.Failure failure, LocalAnswer answer) {
    call = null;
    if (!mayRepeat(failure)) {
      fail(answer);
    } else if (isWithinBudget(failure)) {
      repeat(failure);
    } else {
      fail(LocalAnswer.RETRY_BUDGET);
    }
  }

  private void report(Outcome outcome) {
    if (endpoint != null) {
      loop.upstreams().report(serving.set(), endpoint, outcome);
    }
  }

  private boolean mayRepeat(Retries.Failure failure) {
    CanonicalRequest request = exchange.request();
    exhausted = repetitions >= retries.most();
    return !exhausted
        && !exchange.answering().hasBegun()
        && exchange.body().isWhole()
        && retries.permit(failure, Failures.isIdempotent(request.method()))
        && !(request.asksForWebSocket() && !failure.isHarmless());
  }

  /** What was certainly not seen burdens nobody. */
  private boolean isWithinBudget(Retries.Failure failure) {
    return (budget == null || failure.isHarmless() || budget.mayRepeat()) && takesRetry();
  }

  /** The destination's own limit counts every request that is repeated, once. */
  private boolean takesRetry() {
    holdsRetry = holdsRetry || loop.upstreams().beginRetry(backend);
    return holdsRetry;
  }

  private void repeat(Retries.Failure failure) {
    call = null;
    repetitions++;
    tried = tried.and(Objects.requireNonNull(endpoint));
    exchange.body().hold();
    stopAlarm();
    Duration delay = retries.delay(repetitions, failure, loop.environment().random());
    if (delay.isZero()) {
      send();
    } else {
      alarm = loop.environment().time().alarms().after(delay, this::send);
    }
  }

  private void fail(LocalAnswer answer) {
    over = true;
    stopAlarm();
    exchange.undelivered(answer);
  }

  private void stopAlarm() {
    Alarms.Alarm current = alarm;
    alarm = null;
    if (current != null) {
      current.cancel();
    }
  }

  /** Whether this call is the one whose answer counts. */
  boolean isCurrent(UpstreamCall candidate) {
    return !over && candidate == call;
  }

  /** Whether the request is on its way, so that its body flows. */
  boolean isSending() {
    return call != null && call.isConnected();
  }

  /** Whether another attempt was wanted and there was none left. */
  boolean isExhausted() {
    return exhausted && retries.rule() != null;
  }

  long nanosSinceSent() {
    return loop.nanos() - sentNanos;
  }

  /** The whole exchange has no time left while an endpoint owes an answer. */
  void unanswered() {
    if (!over && call != null) {
      reportSilence(call);
    }
  }

  /**
   * An endpoint is to blame when it has the request or cannot even be reached, not when the request
   * waits for its turn on connections that others use.
   */
  private void reportSilence(UpstreamCall attempt) {
    if (endpoint != null
        && (attempt.isConnected() || !loop.upstreams().isReached(serving.set(), endpoint))) {
      report(Outcome.LOCAL_ERROR);
    }
  }

  /** The exchange has ended, one way or another. */
  void ended() {
    over = true;
    stopAlarm();
    if (budget != null) {
      budget.end();
    }
    if (holdsRetry) {
      holdsRetry = false;
      loop.upstreams().endRetry(backend);
    }
  }

  /** The exchange is over before the call is. */
  void cancel() {
    over = true;
    stopAlarm();
    UpstreamCall current = call;
    call = null;
    if (current != null) {
      current.cancel();
    }
  }
}
