// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.identity.TrustDomain;
import java.util.List;

/**
 * What holds for the whole mesh, as Istio's MeshConfig says it.
 *
 * @param aliases other trust domains whose identities count as ours
 * @param rootNamespace where mesh-wide policies live
 * @param clusterDomain the suffix of service names
 * @param cluster the cluster's name in telemetry
 */
public record MeshSettings(
    TrustDomain trustDomain,
    List<TrustDomain> aliases,
    String rootNamespace,
    String clusterDomain,
    String cluster) {
  public static final MeshSettings DEFAULTS =
      new MeshSettings(
          new TrustDomain("cluster.local"),
          List.of(),
          "istio-system",
          "cluster.local",
          "Kubernetes");

  public MeshSettings {
    aliases = List.copyOf(aliases);
  }
}
