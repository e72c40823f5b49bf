// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.waypoint.discovery.kube.KubeObject;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.world.GatewayName;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes whose status was found to say what it should, so that among thousands only those are
 * judged again of which something is another. Used by one thread.
 */
final class SettledRoutes {
  /** What the judgement was made with: objects and facts are the same ones until they change. */
  private record Settled(KubeObject latest, RouteFacts read, Set<GatewayName> siblings) {}

  private Map<String, Settled> last = Map.of();
  private Map<String, Settled> now = new HashMap<>();

  /** Begins to look at all routes; forgets those that the last look did not see. */
  void turn() {
    last = now;
    now = HashMap.newHashMap(last.size());
  }

  /**
   * Whether a route need not be judged again.
   *
   * @param latest as the API server has it
   */
  boolean has(KubeObject latest, RouteReading reading) {
    String identity = RouteReading.identity(latest);
    Settled before = last.get(identity);
    boolean same =
        before != null
            && before.latest() == latest
            && before.read() == reading.routes().get(identity)
            && before.siblings().equals(reading.siblings())
            && !reading.held().contains(identity);
    if (same) {
      now.put(identity, before);
    }
    return same;
  }

  /** The status of a route says what it should. */
  void add(KubeObject latest, RouteReading reading) {
    String identity = RouteReading.identity(latest);
    @Nullable RouteFacts read = reading.routes().get(identity);
    if (read != null) {
      now.put(identity, new Settled(latest, read, reading.siblings()));
    }
  }
}
