// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Doc;
import io.waypoint.rbac.Cidr;
import io.waypoint.routing.balance.Locality;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a ServiceEntry says of one of its hosts.
 *
 * @param ranges of addresses that are the host's, beside its single ones
 * @param places where it is; empty when workloads are selected, or when the caller knows
 * @param exportTo the namespaces whose routes may name it; empty for all
 * @param certified whom its certificate may name instead of the host; empty for the host alone
 */
record EntryHost(
    String host,
    Resolution resolution,
    List<Cidr> ranges,
    List<Place> places,
    List<String> exportTo,
    List<String> certified) {
  /** Who knows the address. */
  enum Resolution {
    /** The caller, who has dialled it. */
    NONE,
    /** Whoever wrote the entry. */
    STATIC,
    /** The DNS. */
    DNS
  }

  /**
   * @param address in canonical spelling, or a host's name
   * @param ports its own, by the name of the entry's port
   * @param workload its name in metrics
   * @param identity whom to expect behind a tunnel; null when it takes plain TCP
   */
  record Place(
      String address,
      Map<String, Integer> ports,
      Locality locality,
      String workload,
      @Nullable String identity,
      Doc doc) {
    Place {
      ports = Map.copyOf(ports);
    }

    int port(ServiceSpec.Port port) {
      return ports.getOrDefault(port.name(), port.targetPort());
    }
  }

  EntryHost {
    ranges = List.copyOf(ranges);
    places = List.copyOf(places);
    exportTo = List.copyOf(exportTo);
    certified = List.copyOf(certified);
  }

  /** Whether routes of a namespace may send to it. */
  boolean isSeenFrom(String namespace, String own) {
    return ExportTo.reaches(exportTo, namespace, own);
  }
}
