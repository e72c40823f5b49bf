// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.identity.SpiffeId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who a caller is. The proven identity decides; the address only tells apart workloads that share
 * one, so a spoofed address never changes the name.
 */
final class Sources {
  private static final String UNKNOWN = "unknown";

  private final Map<SpiffeId, List<MeshWorkload>> byIdentity = new HashMap<>();
  private final Map<SpiffeId, Workload> common = new HashMap<>();
  private final Map<InetAddress, MeshWorkload> byAddress = new HashMap<>();

  Sources(Iterable<MeshWorkload> workloads) {
    for (MeshWorkload workload : workloads) {
      byIdentity
          .computeIfAbsent(workload.workload().identity(), _ -> new ArrayList<>())
          .add(workload);
      for (String address : workload.addresses()) {
        InetAddress parsed = IpText.parse(address);
        if (parsed != null) {
          byAddress.putIfAbsent(parsed, workload);
        }
      }
    }
    byIdentity.forEach((identity, list) -> common.put(identity, common(identity, list)));
  }

  Workload find(SpiffeId identity, @Nullable InetAddress address, String cluster) {
    Workload known = common.get(identity);
    if (known == null) {
      return new Workload(
          UNKNOWN,
          identity.namespace(),
          UNKNOWN,
          identity,
          UNKNOWN,
          UNKNOWN,
          UNKNOWN,
          UNKNOWN,
          cluster);
    }
    MeshWorkload there = address == null ? null : byAddress.get(address);
    return there != null && there.workload().identity().equals(identity) ? there.workload() : known;
  }

  /** What all workloads of an identity have in common. */
  private static Workload common(SpiffeId identity, List<MeshWorkload> all) {
    if (all.size() == 1) {
      return all.getFirst().workload();
    }
    return new Workload(
        same(all, Workload::name),
        identity.namespace(),
        same(all, Workload::owner),
        identity,
        same(all, Workload::canonicalName),
        same(all, Workload::canonicalRevision),
        same(all, Workload::app),
        same(all, Workload::version),
        same(all, Workload::cluster));
  }

  private static String same(List<MeshWorkload> all, Function<Workload, String> field) {
    String first = field.apply(all.getFirst().workload());
    for (MeshWorkload other : all) {
      if (!field.apply(other.workload()).equals(first)) {
        return UNKNOWN;
      }
    }
    return first;
  }
}
