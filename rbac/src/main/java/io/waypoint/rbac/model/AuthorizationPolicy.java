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
 * @param strict whether a DENY also looks at other spellings of hosts and paths: without the port
 *     that is the scheme's anyway, without a dot at the end, without the parameters of segments
 */
public record AuthorizationPolicy(
    Origin origin,
    List<TargetRef> targetRefs,
    Action action,
    List<Rule> rules,
    String provider,
    boolean dryRun,
    boolean strict) {
  /** The annotation that makes a policy a dry run. */
  public static final String DRY_RUN = "istio.io/dry-run";

  /** The annotation, of ours, that makes a DENY policy strict. */
  public static final String STRICT = "waypoint.dev/strict-denial";

  /** A policy that compares what is written with what is received, as Istio does. */
  public AuthorizationPolicy(
      Origin origin,
      List<TargetRef> targetRefs,
      Action action,
      List<Rule> rules,
      String provider,
      boolean dryRun) {
    this(origin, targetRefs, action, rules, provider, dryRun, false);
  }

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
