// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.Authorizers;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.identity.TrustDomain;
import java.util.HashMap;
import java.util.Map;

/**
 * What holds for the whole mesh, as Istio's MeshConfig says it.
 *
 * @param clusterDomain the suffix of service names
 * @param cluster the cluster's name in telemetry
 * @param authorizers whom CUSTOM policies may name
 * @param severalAuthorizers whether policies of one destination may name different ones
 */
public record MeshSettings(
    MeshTrust trust,
    PathNormalization pathNormalization,
    String clusterDomain,
    String cluster,
    Map<String, ExternalAuthorizer> authorizers,
    boolean severalAuthorizers) {
  public static final MeshSettings DEFAULTS =
      new MeshSettings(MeshTrust.DEFAULT, PathNormalization.BASE, "cluster.local", "Kubernetes");

  public MeshSettings {
    authorizers = Map.copyOf(authorizers);
  }

  /** Without external authorizers. */
  public MeshSettings(
      MeshTrust trust, PathNormalization pathNormalization, String clusterDomain, String cluster) {
    this(trust, pathNormalization, clusterDomain, cluster, Map.of(), false);
  }

  /** As far as compiling policies depends on them. */
  public Authorizers knownAuthorizers() {
    Map<String, Authorizers.Kind> kinds = new HashMap<>();
    authorizers.forEach((name, authorizer) -> kinds.put(name, authorizer.kind()));
    return new Authorizers(kinds, severalAuthorizers);
  }

  public TrustDomain trustDomain() {
    return trust.trustDomain();
  }

  public String rootNamespace() {
    return trust.rootNamespace();
  }
}
