// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import io.waypoint.explain.Answer.Outcome;
import io.waypoint.explain.Answer.RoutePart;
import io.waypoint.explain.Answer.Share;
import io.waypoint.rbac.RequestTarget;
import io.waypoint.routing.Explanation;
import io.waypoint.routing.Preflight;
import io.waypoint.routing.RouteDecision;
import io.waypoint.routing.RouteRule;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.model.FaultRule;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.IpText;
import io.waypoint.world.Lookup;
import io.waypoint.world.MeshService;
import io.waypoint.world.World;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks what an exchange asks, in its order, of the same code, and stops where it would stop.
 *
 * <pre>
 *   destination ─► canonical path ─► policies ─► routes ─► filters and backends
 * </pre>
 */
public final class Explainer {
  private final World world;
  private final Question question;

  private Explainer(World world, Question question) {
    this.world = world;
    this.question = question;
  }

  public static Answer explain(World world, Question question) {
    return new Explainer(world, question).answer();
  }

  private Answer answer() {
    MeshService service = world.service(question.host(), question.caller().namespace());
    int port = port(service);
    if (port == 0) {
      return ended(null, null, null, null, new Outcome(404, "name a port: " + ports(service)));
    }
    boolean named = service != null && IpText.canonical(question.host()) == null;
    Lookup lookup =
        world.find(service == null || !named ? question.host() : service.hostname(), port);
    return switch (lookup) {
      case Lookup.Found(Destination found) -> of(found);
      case Lookup.NotOurs _ ->
          ended(null, null, null, null, new Outcome(403, "CONNECT is refused: " + whose(service)));
      case Lookup.Unknown _ ->
          ended(
              null,
              null,
              null,
              null,
              new Outcome(
                  404,
                  "CONNECT is refused: "
                      + (service == null
                          ? "nothing is called " + question.host()
                          : "it has no such port, but " + ports(service))));
    };
  }

  /** The port of the URL; without one 80 where there is such a port, or else the only one. */
  private int port(@Nullable MeshService service) {
    if (question.port() != 0 || service == null || service.port(80) != null) {
      return question.port() == 0 ? 80 : question.port();
    }
    return service.ports().size() == 1 ? service.ports().getFirst().port() : 0;
  }

  private static String ports(@Nullable MeshService service) {
    return service == null
        ? "none"
        : service.ports().stream()
            .map(port -> String.valueOf(port.port()))
            .collect(Collectors.joining(", "));
  }

  private static String whose(@Nullable MeshService service) {
    if (service == null) {
      return "it is not behind this waypoint";
    }
    return switch (service.binding()) {
      case Binding.Another another -> "it is behind waypoint " + another.waypoint();
      case Binding.Unbound _ -> "it is behind no waypoint (label istio.io/use-waypoint)";
      case Binding.Ours _ -> "it is not behind this waypoint";
    };
  }

  private Answer of(Destination destination) {
    RequestTarget target = world.mesh().pathNormalization().target(question.target());
    if (target == null) {
      return ended(
          destination, null, null, null, new Outcome(400, "the path is not one that we carry"));
    }
    var policies =
        PolicyPart.of(
            destination.policies(), question, target, destination.port(), question.host());
    if (!policies.allows()) {
      return ended(destination, target, policies, null, new Outcome(403, "RBAC: access denied"));
    }
    String namespace = question.caller().namespace();
    RouteTable table = destination.routes().of(namespace);
    var exchange = new StatedExchange(question, target, destination.port());
    FaultRule fault = destination.faults().of(exchange, question.authority(), namespace);
    if (table == null) {
      Share own = Shares.own(destination, exchange, fault);
      return new Answer(
          question,
          destination,
          target.toString(),
          policies,
          new RoutePart(null, null, null),
          List.of(own),
          own.outcome());
    }
    String consumers = destination.routes().consumers().containsKey(namespace) ? namespace : null;
    Routed routed = Routed.of(table, exchange);
    Explanation explanation = routed.explanation();
    return switch (routed.decision()) {
      case RouteDecision.NoRoute _ ->
          ended(
              destination,
              target,
              policies,
              new RoutePart(consumers, explanation, null),
              new Outcome(404, "no rule of the attached routes matches"));
      case RouteDecision.Matched(RouteRule rule) -> {
        List<Share> shares =
            Shares.of(rule, fault, () -> new StatedExchange(question, target, destination.port()));
        yield new Answer(
            question,
            destination,
            target.toString(),
            policies,
            new RoutePart(consumers, explanation, rule),
            shares,
            outcome(shares));
      }
    };
  }

  /**
   * Which rule serves.
   *
   * @param explanation of the request, or of the one that a preflight asks for when that decides
   */
  private record Routed(Explanation explanation, RouteDecision decision) {
    static Routed of(RouteTable table, StatedExchange exchange) {
      Explanation own = table.explain(exchange);
      Preflight preflight =
          own.decision() instanceof RouteDecision.NoRoute ? Preflight.of(exchange) : null;
      Explanation asked = preflight == null ? own : table.explain(preflight);
      RouteDecision decision =
          preflight == null ? own.decision() : Preflight.onlyIfAnswered(asked.decision());
      return new Routed(decision instanceof RouteDecision.Matched ? asked : own, decision);
    }
  }

  private static Outcome outcome(List<Share> shares) {
    Outcome first = shares.getFirst().outcome();
    boolean same = shares.stream().allMatch(share -> share.outcome().equals(first));
    return same ? first : new Outcome(0, "depends on the backend that is picked");
  }

  private Answer ended(
      @Nullable Destination destination,
      @Nullable RequestTarget target,
      @Nullable PolicyPart policies,
      @Nullable RoutePart routes,
      Outcome outcome) {
    String path = target == null ? null : target.toString();
    return new Answer(question, destination, path, policies, routes, List.of(), outcome);
  }
}
