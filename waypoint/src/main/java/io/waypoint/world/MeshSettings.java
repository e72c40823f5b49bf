// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.identity.TrustDomain;

/**
 * What holds for the whole mesh, as Istio's MeshConfig says it.
 *
 * @param clusterDomain the suffix of service names
 * @param cluster the cluster's name in telemetry
 */
public record MeshSettings(
    MeshTrust trust, PathNormalization pathNormalization, String clusterDomain, String cluster) {
  public static final MeshSettings DEFAULTS =
      new MeshSettings(MeshTrust.DEFAULT, PathNormalization.BASE, "cluster.local", "Kubernetes");

  public TrustDomain trustDomain() {
    return trust.trustDomain();
  }

  public String rootNamespace() {
    return trust.rootNamespace();
  }
}
