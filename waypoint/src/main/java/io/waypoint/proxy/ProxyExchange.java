// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.FilterChain;
import io.waypoint.filters.Headers;
import io.waypoint.filters.LocalReply;
import io.waypoint.rbac.Verdict;
import io.waypoint.refusal.Refusal;
import io.waypoint.routing.BackendChoice;
import io.waypoint.routing.RequestHead;
import io.waypoint.routing.RouteDecision;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Tried;
import io.waypoint.telemetry.RequestRecord;
import io.waypoint.telemetry.ResponseFlag;
import io.waypoint.upstream.Acquisition;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamFailure;
import io.waypoint.world.Destination;
import io.waypoint.world.Lookup;
import io.waypoint.world.World;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, on one event loop. It reads from top to bottom in the order in which
 * things happen; each step may end the exchange early with an answer of our own.
 *
 * <pre>
 *   begin      1 the world and the destination     2 the canonical request
 *              3 policy    4 route    5 filters
 *   send       6 pick an endpoint    7 connect  ◄──┐ another endpoint, while nothing was sent
 *   acquired   8 the request goes upstream ────────┘
 *   answered   9 filters, backwards   10 the answer comes back
 *   finish    11 telemetry
 * </pre>
 */
final class ProxyExchange implements Exchange, Acquisition, Idle {
  private static final int MOST_ATTEMPTS = 3;

  private final ProxyLoop loop;
  private final Caller caller;
  private final CanonicalRequest request;
  private final Downstream downstream;
  private final RequestRecord record;
  private final IdleWatch.Activity activity;
  private final RequestBody body;
  private final @Nullable World world;
  private @Nullable EndpointSet backend;
  private @Nullable Endpoint endpoint;
  private Tried tried = Tried.NONE;
  private FilterChain.@Nullable Passage filters;
  private @Nullable UpstreamCall call;
  private @Nullable String authority;
  private long sentNanos;
  private boolean answering;
  private boolean finished;

  ProxyExchange(ProxyLoop loop, Caller caller, HttpServerRequest source) {
    this.loop = loop;
    this.caller = caller;
    this.record = loop.recorder().begin();
    this.activity = loop.watch().watch(this);
    this.downstream = new Downstream(loop, source);
    this.world = loop.world();
    this.request = CanonicalRequest.read(source, caller, loop.pathNormalization(world));
    this.body = new RequestBody(source, request, downstream, record, activity);
    downstream.response().exceptionHandler(this::callerGone);
  }

  /** Steps 1 to 5. */
  void begin() {
    World current = world;
    if (current == null) {
      reply(LocalAnswer.NOT_READY);
      return;
    }
    Lookup lookup = current.find(caller.host(), caller.port());
    Destination destination = lookup instanceof Lookup.Found(Destination found) ? found : null;
    ExchangeRecord.describe(record, current, caller, destination, request);
    if (destination == null) {
      reply(LocalAnswer.UNKNOWN_DESTINATION);
      return;
    }
    Refusal refusal = request.refusal();
    if (refusal != null) {
      refuse(refusal);
      return;
    }
    ForwardedFields.complete(request, caller, loop);
    if (destination.policies().check(request) instanceof Verdict.Deny denied) {
      deny(denied);
      return;
    }
    if (route(current, destination)) {
      filter();
    }
    if (call == null) {
      body.hold();
    }
  }

  private void refuse(Refusal refusal) {
    loop.refused(refusal);
    int status = refusal.status();
    record.replied(status, ResponseFlag.DPE, refusal.label());
    downstream.closeAfterwards();
    answer(status, "");
  }

  private void deny(Verdict.Deny denied) {
    record.denied(LocalAnswer.DENIED.status(), denied.policyId());
    answer(LocalAnswer.DENIED.status(), LocalAnswer.DENIED.body());
  }

  /** Chooses the backend; false when the exchange has ended. */
  private boolean route(World current, Destination destination) {
    RouteTable routes = destination.routes();
    if (routes == null) {
      backend = destination.endpoints();
      return true;
    }
    return switch (routes.route(request)) {
      case RouteDecision.NoRoute none -> {
        reply(LocalAnswer.NO_ROUTE);
        yield false;
      }
      case RouteDecision.Matched(var rule) -> {
        record.route(rule.label());
        yield switch (rule.pick(loop.environment().random())) {
          case BackendChoice.Fail(int status, String reason) -> {
            record.replied(status, ResponseFlag.NONE, "direct_response");
            answer(status, "");
            yield false;
          }
          case BackendChoice.Forward forward -> {
            backend = forward.endpoints();
            FilterChain chain = loop.filters().of(current, rule, forward);
            filters = chain.isEmpty() ? null : chain.enter(this);
            yield true;
          }
        };
      }
    };
  }

  private void filter() {
    FilterChain.Passage passage = filters;
    follow(passage == null ? Decision.CONTINUE : passage.forward());
  }

  private void follow(Decision decision) {
    switch (decision) {
      case Decision.Continue go -> send();
      case Decision.Respond(LocalReply reply) -> respond(reply);
      case Decision.Await(var stage) ->
          stage.whenComplete((next, failure) -> loop.run(() -> decided(next)));
    }
  }

  /** A filter has decided, or failed to. */
  private void decided(@Nullable Decision decision) {
    FilterChain.Passage passage = filters;
    if (finished || passage == null) {
      return;
    }
    if (decision == null) {
      reply(LocalAnswer.FILTER_FAILED);
    } else {
      follow(passage.forward(decision));
    }
  }

  private void respond(LocalReply reply) {
    record.replied(reply.status(), ResponseFlag.NONE, reply.details());
    answer(reply.status(), reply.body());
  }

  /** Steps 6 and 7. */
  private void send() {
    EndpointSet endpoints = backend;
    var upstreams = loop.upstreams();
    Endpoint picked =
        endpoints == null
            ? null
            : loop.balancer().pick(endpoints, tried, upstreams, loop.environment().random());
    if (endpoints == null || picked == null) {
      reply(LocalAnswer.NO_HEALTHY_UPSTREAM);
      return;
    }
    endpoint = picked;
    World current = world;
    record.attempt(endpoints, picked, current == null ? null : current.workload(picked.workload()));
    boolean http2 = endpoints.http2() || request.isHttp2();
    upstreams.acquire(picked, http2, tried.size() > 0, this);
  }

  @Override
  public boolean isWaiting() {
    return !finished;
  }

  /** Step 8. */
  @Override
  public void acquired(HttpClientRequest upstream, UpstreamConnection connection) {
    record.connected(connection.local());
    var attempt = new UpstreamCall(this, upstream, connection);
    call = attempt;
    attempt.listen();
    ForwardedFields.write(request, authority, !body.isEmpty(), upstream, connection, loop.copy());
    sentNanos = loop.nanos();
    record.sent(sentNanos);
    body.sendTo(attempt, request.fields().expect != null);
  }

  @Override
  public void failed(UpstreamFailure failure) {
    if (finished) {
      return;
    }
    record.failure(failure.name());
    boolean mayRetry = failure != UpstreamFailure.OVERFLOW && hasAnother();
    if (!mayRetry || !retry()) {
      reply(Failures.answerTo(failure));
    }
  }

  void upstreamFailed(UpstreamCall failed, Throwable cause) {
    if (finished || failed != call) {
      return;
    }
    call = null;
    if (answering) {
      downstream.abort();
      finish(Failures.answerTo(cause).flag());
      return;
    }
    boolean unseen =
        Failures.isRefusal(cause, failed.streamId())
            || failed.connection().isReused()
                && Failures.answerTo(cause) == LocalAnswer.TERMINATED
                && Failures.isIdempotent(request.method());
    if (!unseen || !body.isWhole() || !retry()) {
      reply(Failures.answerTo(cause));
    }
  }

  private boolean hasAnother() {
    EndpointSet endpoints = backend;
    return endpoints != null && endpoints.readyCount() > tried.size() + 1;
  }

  private boolean retry() {
    Endpoint failed = endpoint;
    if (failed == null || tried.size() + 1 >= MOST_ATTEMPTS) {
      return false;
    }
    tried = tried.and(failed);
    body.hold();
    send();
    return true;
  }

  void earlyHints(MultiMap hints) {
    activity.touch();
    if (!answering && !request.isHttp10()) {
      downstream.response().writeEarlyHints(hints);
    }
  }

  /** Steps 9 and 10. */
  void answered(UpstreamCall attempt, HttpClientResponse from) {
    if (finished || attempt != call) {
      return;
    }
    activity.touch();
    long now = loop.nanos();
    int status = from.statusCode();
    if (status < 200 || status > 599) {
      attempt.cancel();
      reply(LocalAnswer.PROTOCOL_ERROR);
      return;
    }
    answering = true;
    record.responded(status, now);
    ResponseBody answer =
        AnswerHead.write(this, attempt, from, (now - sentNanos) / 1_000_000, loop.copy());
    if (filters != null) {
      filters.backward();
    }
    downstream.markHead();
    answer.flow();
  }

  /** The whole answer has been written. */
  void completed() {
    finish(ResponseFlag.NONE);
    body.discard();
  }

  private void reply(LocalAnswer answer) {
    record.replied(answer.status(), answer.flag());
    answer(answer.status(), answer.body());
  }

  private void answer(int status, String text) {
    downstream.reply(status, text, request.fields().isGrpc());
    finish(record.flag());
    body.discard();
  }

  private void callerGone(Throwable cause) {
    if (!finished) {
      cancel();
      finish(ResponseFlag.DC);
    }
  }

  @Override
  public void idle() {
    cancel();
    if (answering) {
      downstream.abort();
      finish(ResponseFlag.SI);
    } else {
      downstream.closeAfterwards();
      reply(body.isEnded() ? LocalAnswer.RESPONSE_IDLE : LocalAnswer.REQUEST_IDLE);
    }
  }

  private void cancel() {
    UpstreamCall current = call;
    call = null;
    if (current != null) {
      current.cancel();
    }
  }

  /** Step 11. */
  private void finish(ResponseFlag flag) {
    if (!finished) {
      finished = true;
      activity.end();
      if (flag != record.flag()) {
        record.flag(flag);
      }
      loop.recorder().finish(record);
    }
  }

  ProxyLoop loop() {
    return loop;
  }

  CanonicalRequest request() {
    return request;
  }

  Downstream downstream() {
    return downstream;
  }

  RequestRecord record() {
    return record;
  }

  IdleWatch.Activity activity() {
    return activity;
  }

  @Override
  public RequestHead head() {
    return request;
  }

  @Override
  public Headers requestHeaders() {
    return new VertxHeaders(request.headers());
  }

  @Override
  public void rewriteAuthority(String rewritten) {
    authority = rewritten;
  }

  @Override
  public Headers responseHeaders() {
    return new VertxHeaders(downstream.response().headers());
  }
}
