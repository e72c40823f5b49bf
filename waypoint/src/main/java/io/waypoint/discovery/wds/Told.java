// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import io.waypoint.wire.workload.LoadBalancing;
import io.waypoint.world.AppProtocol;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One resource, read and checked; what it refers to is not joined to it yet. */
sealed interface Told {
  /**
   * @param key {@code namespace/hostname}
   * @param waypoints what stands in front of it: {@code namespace/hostname} or {@code
   *     network/address}
   * @param aliases its addresses as {@code network/address}
   * @param preference the scopes in which an endpoint should be as we are, the widest first
   * @param strict whether no other endpoint will do
   * @param passthrough whether its callers know the address, so that nobody stands behind it
   * @param anyHealth whether endpoints that are not ready count, too
   */
  record Service(
      String key,
      String name,
      String namespace,
      String hostname,
      List<String> addresses,
      List<String> aliases,
      List<String> waypoints,
      List<Port> ports,
      List<LoadBalancing.Scope> preference,
      boolean strict,
      boolean passthrough,
      boolean anyHealth)
      implements Told {
    /** Whether it is a Service: no ServiceEntry may be taken for one that it begins like. */
    boolean kubernetes(String clusterDomain) {
      return hostname.equals(name + "." + namespace + ".svc." + clusterDomain);
    }
  }

  /**
   * @param target 0 when each workload has its own
   */
  record Port(int number, int target, AppProtocol protocol) {}

  /**
   * @param addresses in canonical spelling, all of them
   * @param host by which it is known when it has no addresses; else empty
   * @param own whether they are its alone
   * @param tunnelled whether a ztunnel takes HBONE for it
   * @param services the ports that it serves of each, by key, as service port to own port
   * @param waypoint what stands in front of it, or null
   */
  record Workload(
      String uid,
      io.waypoint.world.Workload who,
      List<String> addresses,
      String host,
      boolean own,
      boolean tunnelled,
      boolean ready,
      Place place,
      Map<String, Map<Integer, Integer>> services,
      @Nullable String waypoint)
      implements Told {
    /** Whether somebody wrote down where it is, rather than a kubelet. */
    boolean isDeclared() {
      return uid.contains("/networking.istio.io/");
    }
  }

  /** Where a workload runs; empty where nothing is known. */
  record Place(
      String network, String region, String zone, String subzone, String node, String cluster) {
    static final Place NOWHERE = new Place("", "", "", "", "", "");

    /** In a scope, both being known to be the same. */
    boolean shares(Place other, LoadBalancing.Scope scope) {
      return switch (scope) {
        case NETWORK -> network.equals(other.network);
        case CLUSTER -> same(cluster, other.cluster);
        case REGION -> same(region, other.region);
        case ZONE -> same(zone, other.zone);
        case SUBZONE -> same(subzone, other.subzone);
        case NODE -> same(node, other.node);
        case UNSPECIFIED_SCOPE, UNRECOGNIZED -> false;
      };
    }

    private static boolean same(String mine, String others) {
      return mine.equals(others) && !mine.isEmpty();
    }
  }
}
