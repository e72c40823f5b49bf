// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.model;

import java.util.List;

/**
 * A field and its twin: {@code principals} with {@code notPrincipals}, {@code values} with {@code
 * notValues}.
 *
 * @param in one of these must match, unless there are none
 * @param notIn none of these may match
 */
public record Values(List<String> in, List<String> notIn) {
  /** The field and its twin are absent. */
  public static final Values NONE = new Values(List.of(), List.of());

  public Values {
    in = List.copyOf(in);
    notIn = List.copyOf(notIn);
  }

  public static Values of(String... in) {
    return new Values(List.of(in), List.of());
  }

  public static Values not(String... notIn) {
    return new Values(List.of(), List.of(notIn));
  }

  public boolean isEmpty() {
    return in.isEmpty() && notIn.isEmpty();
  }
}
