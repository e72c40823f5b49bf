// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import java.util.List;
import java.util.random.RandomGenerator;

/** A rule of a compiled table. There is one object for each rule, so it can serve as a key. */
public final class RouteRule {
  private final Route route;
  private final int index;
  private final String label;
  private final WeightedChoice choice;

  RouteRule(Route route, int index) {
    this.route = route;
    this.index = index;
    String name = rule().name();
    this.label =
        route.origin().key() + " rule " + (index + 1) + (name == null ? "" : " (" + name + ")");
    this.choice = WeightedChoice.of(rule().backends());
  }

  /** The route it was written in. */
  public Origin origin() {
    return route.origin();
  }

  /** Its place among the rules of its route, from 0. */
  public int index() {
    return index;
  }

  /** The rule as written. */
  public Rule rule() {
    return route.rules().get(index);
  }

  /** What it does to messages, in the order written. */
  public List<FilterSpec> filters() {
    return rule().filters();
  }

  /** How people name it, counting from 1: {@code default/reviews rule 2}. */
  public String label() {
    return label;
  }

  /** Every answer that {@link #pick} may give. */
  public List<BackendChoice> choices() {
    return choice.all();
  }

  /** Where its requests go, for people: {@code 90 default/reviews-v1:9080, 10 ...}. */
  public String shares() {
    return choice.toString();
  }

  /** One of the choices, each as often as its weight says; allocates nothing. */
  public BackendChoice pick(RandomGenerator random) {
    return choice.pick(random);
  }

  Route route() {
    return route;
  }

  @Override
  public String toString() {
    return label + " -> " + choice;
  }
}
