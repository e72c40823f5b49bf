// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.BackendChoice.Fail;
import io.waypoint.routing.BackendChoice.Forward;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The backends of a rule on a ruler: choice {@code i} owns the marks from {@code ends[i - 1]} up to
 * {@code ends[i]}. Backends of weight 0 are not on it, whether they exist or not.
 */
final class WeightedChoice {
  private static final int INTERNAL_ERROR = 500;

  private final List<BackendChoice> choices;
  private final int[] ends;

  private WeightedChoice(List<BackendChoice> choices, int[] ends) {
    this.choices = List.copyOf(choices);
    this.ends = ends;
  }

  static WeightedChoice of(List<Backend> backends) {
    List<Backend> used = backends.stream().filter(backend -> backend.weight() > 0).toList();
    if (used.isEmpty()) {
      String reason = backends.isEmpty() ? "no backendRefs" : "every backendRef has weight 0";
      return new WeightedChoice(List.of(new Fail(INTERNAL_ERROR, reason)), new int[] {1});
    }
    List<BackendChoice> choices = new ArrayList<>(used.size());
    int[] ends = new int[used.size()];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += used.get(i).weight();
      ends[i] = end;
      choices.add(choice(used.get(i)));
    }
    return new WeightedChoice(choices, ends);
  }

  private static BackendChoice choice(Backend backend) {
    return switch (backend.target()) {
      case Target.Resolved(var endpoints) -> new Forward(backend, endpoints);
      case Target.Broken(String reason) -> new Fail(INTERNAL_ERROR, reason);
    };
  }

  List<BackendChoice> all() {
    return choices;
  }

  BackendChoice pick(RandomGenerator random) {
    if (ends.length == 1) {
      return choices.getFirst();
    }
    int mark = random.nextInt(ends[ends.length - 1]);
    int i = 0;
    while (mark >= ends[i]) {
      i++;
    }
    return choices.get(i);
  }

  /** For people: {@code 90 reviews-v1:9080, 10 reviews-v2:9080}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ends.length; i++) {
      text.append(i == 0 ? "" : ", ").append(ends[i] - (i == 0 ? 0 : ends[i - 1])).append(' ');
      switch (choices.get(i)) {
        case Forward(Backend backend, var endpoints) ->
            text.append(backend.namespace())
                .append('/')
                .append(backend.name())
                .append(':')
                .append(backend.port());
        case Fail(int status, String reason) ->
            text.append(status).append(" (").append(reason).append(')');
      }
    }
    return text.toString();
  }
}
