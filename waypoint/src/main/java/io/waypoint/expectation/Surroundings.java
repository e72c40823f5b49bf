// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import io.waypoint.rbac.Attachment;
import io.waypoint.rbac.Authorizers;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PathNormalization;
import java.util.HashMap;
import java.util.Map;

/**
 * What the meaning of policies depends on besides the policies.
 *
 * @param attachment the waypoint, and what the caller addressed
 * @param providers the external authorizers of the mesh, by name
 * @param several whether policies of one destination may name different authorizers
 */
public record Surroundings(
    MeshTrust trust,
    PathNormalization normalization,
    Attachment attachment,
    Map<String, Provider> providers,
    boolean several) {
  /**
   * An external authorizer, as far as its settings decide.
   *
   * @param failOpen whether its failure lets requests pass
   * @param statusOnError what its failure is answered with otherwise
   */
  public record Provider(Authorizers.Kind kind, boolean failOpen, int statusOnError) {}

  public Surroundings {
    providers = Map.copyOf(providers);
  }

  Authorizers authorizers() {
    Map<String, Authorizers.Kind> kinds = new HashMap<>();
    providers.forEach((name, provider) -> kinds.put(name, provider.kind()));
    return new Authorizers(kinds, several);
  }
}
