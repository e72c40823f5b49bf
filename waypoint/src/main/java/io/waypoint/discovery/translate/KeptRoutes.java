// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.discovery.Manifest;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.world.Binding;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Routes as they were read for the world before. One is read again only when it is written anew, or
 * when a parent or backend that it names is another one now: a change touches what it concerns.
 */
final class KeptRoutes {
  /** What a route asked for while it was read; of an extension the port is 0. */
  record Question(String kind, String namespace, String name, int port) {}

  /**
   * @param exists whether there is such a service
   * @param endpoints null when it has no such port
   * @param extension what it means when it is no service
   * @param obstacle why no request may be sent there; null when it may
   */
  record Answer(
      boolean exists,
      @Nullable EndpointSet endpoints,
      @Nullable FilterSpec extension,
      @Nullable Obstacle obstacle) {
    boolean isSame(Answer other) {
      return exists == other.exists
          && java.util.Objects.equals(extension, other.extension)
          && java.util.Objects.equals(obstacle, other.obstacle)
          && (endpoints == other.endpoints
              || endpoints != null && endpoints.equals(other.endpoints));
    }
  }

  /** Said with this code. */
  record Obstacle(Code code, String reason) {}

  /** Who answers. */
  interface Backends {
    Answer answer(Question question);

    /** Whether every answer is the one that these gave, as far as that can be told at once. */
    boolean answerAs(@Nullable Backends before);

    /** Writes down from now on what is asked; null for nothing. */
    void note(@Nullable Map<Question, Answer> notes);
  }

  private record Kept(ReadRoute read, Map<Question, Answer> asked) {
    boolean holds(Objects objects, Backends backends) {
      if (!read.isStillOf(objects)) {
        return false;
      }
      for (Map.Entry<Question, Answer> each : asked.entrySet()) {
        if (!backends.answer(each.getKey()).isSame(each.getValue())) {
          return false;
        }
      }
      return true;
    }
  }

  /** Facts, and what they were found with. */
  private record Told(List<Binding> bindings, @Nullable GatewaySpec ours, RouteFacts facts) {}

  private @Nullable Backends answering;
  private boolean quiet;
  private IdentityHashMap<Manifest, Kept> last = new IdentityHashMap<>();
  private IdentityHashMap<Manifest, Kept> now = new IdentityHashMap<>();
  private IdentityHashMap<ReadRoute, Told> lastTold = new IdentityHashMap<>();
  private IdentityHashMap<ReadRoute, Told> nowTold = new IdentityHashMap<>();

  /**
   * Forgets what the last world did not have.
   *
   * @param backends who answers from now on
   */
  void turn(Backends backends) {
    quiet = backends.answerAs(answering);
    answering = backends;
    last = now;
    now = new IdentityHashMap<>(last.size());
    lastTold = nowTold;
    nowTold = new IdentityHashMap<>(lastTold.size());
  }

  /**
   * A route, read now or before.
   *
   * @param reading reads it
   */
  ReadRoute get(
      Manifest manifest, Objects objects, Backends backends, Supplier<ReadRoute> reading) {
    Kept kept = last.get(manifest);
    if (kept == null || !quiet && !kept.holds(objects, backends)) {
      Map<Question, Answer> asked = new HashMap<>();
      backends.note(asked);
      try {
        kept = new Kept(reading.get(), asked);
      } finally {
        backends.note(null);
      }
    } else {
      manifest.doc().repeat(kept.read().problems());
    }
    now.put(manifest, kept);
    return kept.read();
  }

  /** What is to be said of a route, found out now or before. */
  RouteFacts facts(
      ReadRoute route,
      List<Binding> bindings,
      @Nullable GatewaySpec ours,
      Supplier<RouteFacts> finding) {
    Told told = lastTold.get(route);
    if (told == null
        || !told.bindings().equals(bindings)
        || !java.util.Objects.equals(told.ours(), ours)) {
      told = new Told(bindings, ours, finding.get());
    }
    nowTold.put(route, told);
    return told.facts();
  }
}
