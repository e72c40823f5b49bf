// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Route;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Routes as they were read for the world before. One is read again only when it is written anew, or
 * when a backend that it names is another one now: a change touches what it concerns.
 */
final class KeptRoutes {
  /** What a route asked for while it was read. */
  record Question(String kind, String namespace, String name, int port) {}

  /**
   * @param exists whether there is such a service
   * @param endpoints null when it has no such port
   */
  record Answer(boolean exists, @Nullable EndpointSet endpoints) {
    boolean isSame(Answer other) {
      return exists == other.exists
          && (endpoints == other.endpoints
              || endpoints != null && endpoints.equals(other.endpoints));
    }
  }

  /** Who answers. */
  interface Backends {
    Answer answer(Question question);

    /** Writes down from now on what is asked; null for nothing. */
    void note(@Nullable Map<Question, Answer> notes);
  }

  private record Kept(@Nullable Route route, List<Problem> found, Map<Question, Answer> asked) {
    boolean holds(Backends backends) {
      for (Map.Entry<Question, Answer> each : asked.entrySet()) {
        if (!backends.answer(each.getKey()).isSame(each.getValue())) {
          return false;
        }
      }
      return true;
    }
  }

  private IdentityHashMap<Object, Kept> last = new IdentityHashMap<>();
  private IdentityHashMap<Object, Kept> now = new IdentityHashMap<>();

  /** Forgets what the last world did not have. */
  void turn() {
    last = now;
    now = new IdentityHashMap<>();
  }

  /**
   * @param doc the route as it is written
   * @param reading reads it; null when none of its rules can match
   */
  @Nullable Route get(Doc doc, Backends backends, Supplier<@Nullable Route> reading) {
    Object content = doc.content();
    if (content == null) {
      return reading.get();
    }
    Kept kept = last.get(content);
    if (kept == null || !kept.holds(backends)) {
      kept = read(doc, backends, reading);
    } else {
      doc.repeat(kept.found());
    }
    now.put(content, kept);
    return kept.route();
  }

  private static Kept read(Doc doc, Backends backends, Supplier<@Nullable Route> reading) {
    Map<Question, Answer> asked = new HashMap<>();
    @Nullable Route[] route = new Route[1];
    backends.note(asked);
    try {
      List<Problem> found = doc.problemsOf(() -> route[0] = reading.get());
      return new Kept(route[0], found, asked);
    } finally {
      backends.note(null);
    }
  }
}
