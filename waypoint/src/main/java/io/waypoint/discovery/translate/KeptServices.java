// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.Guards;
import io.waypoint.world.MeshService;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Services as they were in the world before. One of which nothing is another is the same object
 * again.
 */
final class KeptServices {
  private IdentityHashMap<ServiceSpec, MeshService> last = new IdentityHashMap<>();
  private IdentityHashMap<ServiceSpec, MeshService> now = new IdentityHashMap<>();

  /** Forgets what the last world did not have. */
  void turn() {
    last = now;
    now = new IdentityHashMap<>(last.size());
  }

  /**
   * A service, the one of the world before if that is the same.
   *
   * @param hostname which a setting of the mesh may change
   */
  MeshService get(
      ServiceSpec spec,
      String hostname,
      List<String> addresses,
      Binding binding,
      List<Destination> ports) {
    MeshService before = last.get(spec);
    boolean same =
        before != null
            && before.hostname().equals(hostname)
            && before.addresses().equals(addresses)
            && before.binding().equals(binding)
            && areSame(before.ports(), ports);
    MeshService service =
        same && before != null
            ? before
            : new MeshService(
                spec.name(),
                spec.namespace(),
                hostname,
                addresses,
                spec.entry() == null ? List.of() : spec.entry().ranges(),
                binding,
                ports);
    now.put(spec, service);
    return service;
  }

  private static boolean areSame(List<Destination> before, List<Destination> ports) {
    boolean same = before.size() == ports.size();
    for (int i = 0; same && i < ports.size(); i++) {
      same = isSame(before.get(i), ports.get(i));
    }
    return same;
  }

  /** By identity where a comparison would be long; names are those of one service anyway. */
  private static boolean isSame(Destination before, Destination port) {
    return before.port() == port.port()
        && before.protocol() == port.protocol()
        && isSame(before.guards(), port.guards())
        && before.routes() == port.routes()
        && before.faults().equals(port.faults())
        && before.endpoints() == port.endpoints();
  }

  private static boolean isSame(Guards before, Guards guards) {
    return before.tokens() == guards.tokens() && before.policies() == guards.policies();
  }
}
