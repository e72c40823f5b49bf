// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import io.vertx.core.Vertx;
import io.waypoint.rbac.Authorizers;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor.Stated;
import io.waypoint.upstream.Upstreams;
import io.waypoint.world.Destination;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.MeshService;
import io.waypoint.world.World;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks authorizers, or those who count requests, for one event loop, over connections like those to
 * any endpoint of the mesh: tunnels where their pods have them. Its calls are not requests of a
 * caller: no policy applies to them, so nobody is ever asked about a question to itself.
 *
 * <p>Everything here happens on that loop and nothing blocks it.
 */
public final class Asker {
  /** Questions under way on one loop; one more fails at once, so that a stall cannot pile up. */
  static final int MOST_UNDER_WAY = 1024;

  private final Vertx vertx;
  private final Upstreams upstreams;
  private int underWay;
  private int turn;

  public Asker(Vertx vertx, Upstreams upstreams) {
    this.vertx = vertx;
    this.upstreams = upstreams;
  }

  /**
   * Asks.
   *
   * @param world the one that the request sees
   * @param answer called once, on this loop, unless the question is taken back
   */
  public Asked ask(
      World world, ExternalAuthorizer authorizer, Question question, Consumer<Opinion> answer) {
    return ask(endpoints(world, authorizer), authorizer, question, answer);
  }

  /**
   * The same of one whose endpoints are known.
   *
   * @param set null when there are none
   */
  public Asked ask(
      @Nullable EndpointSet set,
      ExternalAuthorizer authorizer,
      Question question,
      Consumer<Opinion> answer) {
    var asked = new Asked(this, vertx, answer);
    Endpoint endpoint = begin(asked, set, authorizer.timeout(), "no_healthy_authorizer");
    if (endpoint != null && authorizer.kind() == Authorizers.Kind.GRPC) {
      upstreams.acquire(endpoint, true, false, new CheckCall(asked, authorizer, question));
    } else if (endpoint != null) {
      boolean http2 = set != null && set.http2();
      upstreams.acquire(endpoint, http2, false, new HttpCall(asked, authorizer, question));
    }
    return asked;
  }

  /**
   * Asks whoever counts whether a request is one too many.
   *
   * @param set where that is; null when nowhere
   */
  public Asked ask(
      @Nullable EndpointSet set,
      GlobalRateLimit rule,
      List<Stated> descriptors,
      Consumer<Opinion> answer) {
    var asked = new Asked(this, vertx, answer);
    Endpoint endpoint = begin(asked, set, rule.timeout(), "no_healthy_limiter");
    if (endpoint != null) {
      upstreams.acquire(endpoint, true, false, new LimitCall(asked, rule, descriptors));
    }
    return asked;
  }

  /**
   * Null when nobody can be asked, which is answered.
   *
   * @param nobody the reason when nobody is there
   */
  private @Nullable Endpoint begin(
      Asked asked, @Nullable EndpointSet set, Duration timeout, String nobody) {
    Endpoint endpoint = endpoint(set);
    if (endpoint == null) {
      asked.answer(new Opinion.Failure(nobody));
      return null;
    }
    if (underWay >= MOST_UNDER_WAY) {
      asked.answer(new Opinion.Failure("too_many_questions"));
      return null;
    }
    underWay++;
    asked.begin(timeout);
    return endpoint;
  }

  void over() {
    underWay--;
  }

  int underWay() {
    return underWay;
  }

  /** One after the other: an authorizer answers all questions alike. */
  private @Nullable Endpoint endpoint(@Nullable EndpointSet set) {
    int ready = set == null ? 0 : set.readyCount();
    if (set == null || ready == 0) {
      return null;
    }
    turn = turn + 1 & Integer.MAX_VALUE;
    return set.endpoints().get(turn % ready);
  }

  private static @Nullable EndpointSet endpoints(World world, ExternalAuthorizer authorizer) {
    MeshService service = world.service(authorizer.service(), world.mesh().rootNamespace());
    Destination port = service == null ? null : service.port(authorizer.port());
    return port == null ? null : port.endpoints();
  }
}
