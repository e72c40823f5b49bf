// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service as callers know it.
 *
 * @param hostname the full name, for example {@code reviews.default.svc.cluster.local}
 * @param addresses its virtual addresses in canonical spelling; never empty
 * @param ranges whole ranges of addresses that are its, too
 * @param ports one destination a port, in the order of the service
 */
public record MeshService(
    String name,
    String namespace,
    String hostname,
    List<String> addresses,
    List<Cidr> ranges,
    Binding binding,
    List<Destination> ports) {
  /** One with single addresses. */
  public MeshService(
      String name,
      String namespace,
      String hostname,
      List<String> addresses,
      Binding binding,
      List<Destination> ports) {
    this(name, namespace, hostname, addresses, List.of(), binding, ports);
  }

  public MeshService {
    addresses = List.copyOf(addresses);
    ranges = List.copyOf(ranges);
    ports = List.copyOf(ports);
  }

  public @Nullable Destination port(int number) {
    for (int i = 0; i < ports.size(); i++) {
      if (ports.get(i).port() == number) {
        return ports.get(i);
      }
    }
    return null;
  }
}
