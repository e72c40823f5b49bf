// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.authorizer.Opinion;
import io.waypoint.downstream.IncomingRequest;
import io.waypoint.filters.FilterChain;
import io.waypoint.routing.BackendChoice;
import io.waypoint.routing.Preflight;
import io.waypoint.routing.RouteDecision;
import io.waypoint.routing.RouteRule;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FaultRule;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.Target;
import io.waypoint.telemetry.RequestRecord;
import io.waypoint.telemetry.ResponseFlag;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamRequest;
import io.waypoint.upstream.UpstreamResponse;
import io.waypoint.world.Destination;
import io.waypoint.world.Lookup;
import io.waypoint.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer, on one event loop. The steps follow each other from top to bottom,
 * and each may end the exchange with an answer of our own.
 *
 * <pre>
 *   decide      1 the world and the destination      2 the canonical request
 *   Admission   3 authorizers, policy
 *   admitted    4 route     5 filters
 *   Delivery    6 pick an endpoint     7 connect     8 the request goes upstream
 *   Answering   9 filters, backwards   10 the answer comes back
 *   finish     11 telemetry
 * </pre>
 */
final class ProxyExchange implements Idle {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyExchange.class);

  private final ProxyLoop loop;
  private final Caller caller;
  private final IncomingRequest source;
  private final RequestRecord record;
  private final IdleWatch.Activity activity;
  private final Downstream downstream;
  private final CanonicalRequest request;
  private final RequestBody body;
  private final @Nullable World world;
  private final Answering answering;
  private @Nullable Filtering filtering;
  private @Nullable Rule matched;
  private @Nullable Session session;
  private @Nullable BackendChoice choice;
  private @Nullable EndpointSet unrouted;
  private boolean toPod;
  private @Nullable Delivery delivery;
  private Alarms.@Nullable Alarm deadline;
  private List<Opinion.Field> addedToAnswer = List.of();
  private @Nullable Runnable waiting;
  private boolean delayed;
  private boolean finished;

  ProxyExchange(ProxyLoop loop, Caller caller, IncomingRequest source) {
    this.loop = loop;
    this.caller = caller;
    this.source = source;
    this.record = loop.recorder().begin();
    this.activity = loop.watch().watch(this);
    this.downstream = new Downstream(loop, source);
    this.world = loop.world();
    this.request =
        CanonicalRequest.read(
            source, caller, loop.pathNormalization(world), loop.settings().request());
    var kept = new KeptBody(loop.keptBodies());
    this.body = new RequestBody(source, request, downstream, record, activity, kept);
    this.answering = new Answering(this);
    downstream.response().exceptionHandler(this::callerGone);
    if (request.fields().endsConnection(request.isHttp10())) {
      downstream.closeAfterwards();
    }
  }

  void begin() {
    try {
      decide();
    } catch (RuntimeException e) {
      broke(e);
    }
    if (delivery == null || !delivery.isSending()) {
      body.hold();
    }
  }

  /** Steps 1 and 2; each line may end the exchange. */
  private void decide() {
    Destination destination = world == null ? null : find(world);
    ExchangeRecord.describe(record, world, caller, destination, request);
    if (request.refusal() != null) {
      new LocalReplies(this).refuse(request.refusal());
    } else if (world == null) {
      give(LocalAnswer.NOT_READY);
    } else if (destination == null) {
      give(LocalAnswer.UNKNOWN_DESTINATION);
    } else {
      record.requestId(ForwardedFields.complete(request, caller, loop));
      loop.admission().admit(this, world, destination);
    }
  }

  private @Nullable Destination find(World world) {
    Lookup lookup = world.find(caller.host(), caller.port());
    return lookup instanceof Lookup.Found(Destination found) ? found : null;
  }

  /** Steps 4 and 5: step 3 lets the request go on. */
  void admitted(World world, Destination destination) {
    String namespace = caller.identity().namespace();
    RouteTable routes = destination.routes().of(namespace);
    FaultRule fault = destination.faults().of(request, request.authority(), namespace);
    if (routes == null) {
      unrouted = destination.endpoints();
      toPod = destination.workload();
      if (fault == null) {
        deliver();
      } else {
        filter(loop.filters().of(world, fault), destination, fault.label());
      }
      return;
    }
    RouteDecision decision = routes.route(request);
    Preflight preflight = decision instanceof RouteDecision.NoRoute ? Preflight.of(request) : null;
    if (preflight != null) {
      decision = Preflight.onlyIfAnswered(routes.route(preflight));
    }
    switch (decision) {
      case RouteDecision.NoRoute none -> give(LocalAnswer.NO_ROUTE);
      case RouteDecision.Matched(var rule) -> {
        record.route(rule.label());
        matched = rule.rule();
        session = Session.of(rule, request, loop);
        BackendChoice picked = pick(world, rule);
        choice = picked;
        FilterChain chain =
            fault == null
                ? loop.filters().of(world, rule, picked)
                : loop.filters().of(world, rule, picked, fault);
        filter(chain, destination, rule.label());
      }
    }
  }

  /** Where the request's session is, or where the weights say. */
  private BackendChoice pick(World world, RouteRule rule) {
    Backend pinned = session == null ? null : session.backend();
    return pinned != null && pinned.target() instanceof Target.Resolved(var endpoints)
        ? loop.filters().forward(world, pinned, endpoints)
        : rule.pick(loop.environment().random());
  }

  private void filter(FilterChain chain, Destination destination, String rule) {
    if (chain.isEmpty()) {
      deliver();
    } else {
      filtering = new Filtering(this, chain, destination.hostname(), rule);
      filtering.begin();
    }
  }

  /** After waiting, unless the exchange has ended meanwhile. */
  void goOn(Runnable next) {
    if (finished) {
      return;
    }
    try {
      next.run();
    } catch (RuntimeException e) {
      broke(e);
    }
  }

  /** Step 3 waits for somebody, who need not answer any more when the exchange has ended. */
  void waitFor(Runnable takeBack) {
    waiting = takeBack;
  }

  /** A fault holds the request up. */
  void delayed(Duration time, Runnable over) {
    delayed = true;
    waitFor(loop.environment().time().alarms().after(time, over)::cancel);
  }

  /** An authorizer has something to add to the final answer. */
  void addToAnswer(List<Opinion.Field> fields) {
    if (!fields.isEmpty()) {
      List<Opinion.Field> all = new ArrayList<>(addedToAnswer);
      all.addAll(fields);
      addedToAnswer = all;
    }
  }

  /** The filters are content: only now does it matter whether there is a backend. */
  void deliver() {
    if (unrouted != null) {
      deliver(unrouted);
      return;
    }
    switch (Objects.requireNonNull(choice)) {
      case BackendChoice.Fail fail -> new LocalReplies(this).fail(fail);
      case BackendChoice.Forward(var backend, var endpoints) -> {
        if (filtering != null) {
          var mirrors = filtering.view().mirrors();
          body.copyTo(loop.mirrors().begin(head(), !body.isEmpty(), mirrors));
        }
        deliver(endpoints);
      }
    }
  }

  private void deliver(EndpointSet endpoints) {
    if (session != null && session.isLost()) {
      give(LocalAnswer.NO_HEALTHY_UPSTREAM);
      return;
    }
    var serving = new Serving(loop, Objects.requireNonNull(world), endpoints, toPod);
    delivery = new Delivery(this, serving, matched);
    Duration limit = Deadline.of(matched, request);
    if (limit != null) {
      deadline = loop.environment().time().alarms().after(limit, this::late);
    }
    delivery.send();
  }

  /** The time of the whole exchange is over, whatever attempt it is at. */
  private void late() {
    if (answering.hasBegun()) {
      breakOff(ResponseFlag.UT);
    } else {
      unanswered();
      give(LocalAnswer.TIMED_OUT);
    }
  }

  /** The endpoint has let the time pass: it counts as failed. */
  private void unanswered() {
    if (delivery != null) {
      delivery.unanswered();
    }
  }

  private OutgoingHead head() {
    if (filtering == null) {
      return OutgoingHead.of(request);
    }
    FilterView view = filtering.view();
    return new OutgoingHead(request, view.authority(), view.target());
  }

  /** Of step 8: the head as the application receives it. */
  void writeHead(UpstreamRequest upstream, UpstreamConnection connection) {
    boolean awaitsGoAhead = request.awaitsGoAhead();
    ForwardedFields.write(
        head(), !body.isEmpty(), awaitsGoAhead, upstream, connection.isHttp2(), loop.copy());
  }

  /** Steps 9 and 10. */
  void answered(UpstreamCall call, UpstreamResponse from) {
    if (delivery != null && delivery.isCurrent(call)) {
      try {
        if (!delivery.triesAgain(call, from)) {
          answering.begin(delivery, call, from);
        }
      } catch (RuntimeException e) {
        broke(e);
      }
    }
  }

  /** Step 9: the head of an answer, the endpoint's or ours, passes back through the filters. */
  void passBack() {
    for (int i = 0; i < addedToAnswer.size(); i++) {
      Inquiry.write(downstream.response().headers(), addedToAnswer.get(i));
    }
    if (filtering != null) {
      filtering.backward();
    }
  }

  /** The session that the request belongs to; null when its rule keeps none. */
  @Nullable Session session() {
    return session;
  }

  /** Both sides speak something else from now on. */
  void switchProtocol(UpstreamCall call, UpstreamResponse from) {
    new SwitchedProtocol(this, call, from, source).begin();
  }

  /** The whole answer has been written. */
  void completed() {
    boolean exhausted = delivery != null && delivery.isExhausted();
    ResponseFlag usual = delayed ? ResponseFlag.DI : ResponseFlag.NONE;
    finish(exhausted ? ResponseFlag.URX : usual);
    body.discard();
  }

  /** No endpoint has answered, or one broke off in the middle of its answer. */
  void undelivered(LocalAnswer answer) {
    if (answering.hasBegun()) {
      breakOff(answer.flag());
    } else {
      give(answer);
    }
  }

  /** Answers ourselves, whatever the endpoint does. */
  void give(LocalAnswer answer) {
    cancel();
    new LocalReplies(this).give(answer);
  }

  /** An answer of ours has been written. */
  void replied() {
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
    if (answering.hasBegun()) {
      breakOff(ResponseFlag.SI);
    } else {
      downstream.closeAfterwards();
      if (body.isEnded()) {
        unanswered();
        give(LocalAnswer.RESPONSE_IDLE);
      } else {
        give(LocalAnswer.REQUEST_IDLE);
      }
    }
  }

  /** An error of ours: nothing passes because of it. */
  void broke(RuntimeException e) {
    LOG.atError().setCause(e).addKeyValue("path", request.path()).log("an exchange failed");
    if (finished || downstream.response().headWritten()) {
      breakOff(ResponseFlag.LR);
    } else {
      give(LocalAnswer.BROKEN);
    }
  }

  /** The caller must not take what it has for the whole. */
  private void breakOff(ResponseFlag flag) {
    cancel();
    downstream.abort();
    finish(flag);
  }

  private void cancel() {
    body.stopCopying();
    if (delivery != null) {
      delivery.cancel();
    }
  }

  /** Step 11. */
  void finish(ResponseFlag flag) {
    if (!finished) {
      finished = true;
      if (waiting != null) {
        waiting.run();
      }
      activity.end();
      body.letGo();
      if (delivery != null) {
        delivery.ended();
      }
      if (deadline != null) {
        deadline.cancel();
      }
      if (flag != record.flag()) {
        record.flag(flag);
      }
      loop.recorder().finish(record);
    }
  }

  boolean isFinished() {
    return finished;
  }

  ProxyLoop loop() {
    return loop;
  }

  Caller caller() {
    return caller;
  }

  CanonicalRequest request() {
    return request;
  }

  RequestBody body() {
    return body;
  }

  Answering answering() {
    return answering;
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
}
