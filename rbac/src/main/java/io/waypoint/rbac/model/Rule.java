// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.model;

import java.util.List;

/**
 * One rule: any source, any operation, every condition.
 *
 * @param from empty means every caller
 * @param to empty means every request
 */
public record Rule(List<Source> from, List<Operation> to, List<Condition> when) {
  /** {@code - {}}: matches everything. */
  public static final Rule EVERYTHING = new Rule(List.of(), List.of(), List.of());

  public Rule {
    from = List.copyOf(from);
    to = List.copyOf(to);
    when = List.copyOf(when);
  }
}
