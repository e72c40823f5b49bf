// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import org.jspecify.annotations.Nullable;

/** The outcome of a check. */
public sealed interface Verdict {
  /**
   * The rule that decided, as {@code ns[NAMESPACE]-policy[NAME]-rule[INDEX]}; null when no rule was
   * needed, and {@code none} when ALLOW policies are attached and none matched.
   */
  @Nullable String policyId();

  default boolean allowed() {
    return this instanceof Allow;
  }

  record Allow(@Nullable String policyId) implements Verdict {
    /** Nothing is attached that could object. */
    public static final Allow UNGUARDED = new Allow(null);
  }

  record Deny(String policyId, Reason reason) implements Verdict {
    /** ALLOW policies are attached and none matched. */
    public static final Deny NOT_ALLOWED = new Deny("none", Reason.NO_ALLOW_MATCHED);
  }

  /** Why a request is denied. */
  enum Reason {
    /** A DENY rule matched. */
    DENY_MATCHED,
    /** ALLOW policies are attached and none matched. */
    NO_ALLOW_MATCHED,
    /** A CUSTOM rule matched and its authorizer cannot be asked. */
    AUTHORIZER_UNAVAILABLE,
    /** The evaluation itself failed. */
    EVALUATION_FAILED
  }
}
