// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import io.waypoint.routing.Explanation;
import io.waypoint.routing.RouteRule;
import io.waypoint.world.Destination;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request, step by step; what comes after the step that ends it is null or
 * empty.
 *
 * @param destination null when what is dialled is not served here
 * @param path the canonical path with its query; null when the request is refused before
 * @param policies what guards the destination and what it said
 * @param routes which routes were considered
 * @param shares where the request may go, by weight
 * @param outcome how it ends
 */
public record Answer(
    Question question,
    @Nullable Destination destination,
    @Nullable String path,
    @Nullable PolicyPart policies,
    @Nullable RoutePart routes,
    List<Share> shares,
    Outcome outcome) {
  public Answer {
    shares = List.copyOf(shares);
  }

  /**
   * How a request ends.
   *
   * @param status of the answer that we give ourselves; 0 when a backend answers
   * @param reason one clause
   */
  public record Outcome(int status, String reason) {
    static final Outcome FORWARDED = new Outcome(0, "a backend answers");

    /** Deployments have endpoints only where they run. */
    static final Outcome NOBODY =
        new Outcome(0, "a backend answers where it has endpoints; here it has none");

    public boolean isForwarded() {
      return status == 0;
    }
  }

  /**
   * The routes that apply to the caller.
   *
   * @param consumers the namespace whose own routes these are, or null for those for everybody
   * @param explanation null when no route is attached, so that the service's own endpoints serve
   * @param rule the one that serves, or null
   */
  public record RoutePart(
      @Nullable String consumers, @Nullable Explanation explanation, @Nullable RouteRule rule) {}

  /**
   * One of the backends of a rule.
   *
   * @param percent of the requests
   * @param backend for example {@code default/reviews-v1:9080}
   * @param ready how many of its endpoints may be picked
   * @param endpoints how many it has
   * @param filters in the order in which a request meets them
   * @param sends what goes upstream; null when nothing does
   * @param outcome of a request that is sent this way
   */
  public record Share(
      double percent,
      String backend,
      int ready,
      int endpoints,
      List<String> filters,
      @Nullable Sends sends,
      Outcome outcome) {
    public Share {
      filters = List.copyOf(filters);
    }
  }

  /**
   * A request as an application would receive it, but for the fields that every request gets.
   *
   * @param to the ready endpoints, some of them, as {@code address over HBONE} or {@code over TCP}
   * @param changed request fields that are other than received; an empty value is one taken away
   * @param answer fields that the answer gets on its way back
   * @param mirrors where copies go
   */
  public record Sends(
      String method,
      String target,
      String host,
      List<Question.Field> changed,
      List<Question.Field> answer,
      List<String> to,
      List<String> mirrors) {
    public Sends {
      changed = List.copyOf(changed);
      answer = List.copyOf(answer);
      to = List.copyOf(to);
      mirrors = List.copyOf(mirrors);
    }
  }
}
