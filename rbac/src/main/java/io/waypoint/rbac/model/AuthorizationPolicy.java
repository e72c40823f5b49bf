// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.model;

import java.util.List;

/**
 * An Istio AuthorizationPolicy.
 *
 * @param targetRefs what it attaches to; empty for a policy with a selector or for a namespace,
 *     which a waypoint never enforces
 * @param rules none at all is a policy that never matches; an ALLOW without rules closes the door
 * @param provider the name of the external authorizer of a CUSTOM policy, empty otherwise
 * @param dryRun whether it is evaluated and reported but not enforced
 */
public record AuthorizationPolicy(
    Origin origin,
    List<TargetRef> targetRefs,
    Action action,
    List<Rule> rules,
    String provider,
    boolean dryRun) {
  /** The annotation that makes a policy a dry run. */
  public static final String DRY_RUN = "istio.io/dry-run";

  public AuthorizationPolicy {
    targetRefs = List.copyOf(targetRefs);
    rules = List.copyOf(rules);
  }

  public String namespace() {
    return origin.namespace();
  }

  public String name() {
    return origin.name();
  }

  /**
   * Reads the annotation {@value #DRY_RUN}. Istio accepts these spellings; any other leaves the
   * policy enforced.
   */
  public static boolean isDryRun(String annotation) {
    return switch (annotation) {
      case "1", "t", "T", "TRUE", "true", "True" -> true;
      default -> false;
    };
  }
}
