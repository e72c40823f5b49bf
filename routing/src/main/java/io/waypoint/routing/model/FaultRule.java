// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import io.waypoint.routing.model.FilterSpec.Fault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule of {@code http} of a VirtualService, as far as faults go.
 *
 * @param number its place in its list, from 1
 * @param matches of which one must hold; empty for every request
 * @param fault null when requests that match are left alone
 */
public record FaultRule(Origin origin, int number, List<Condition> matches, @Nullable Fault fault) {
  public FaultRule {
    matches = List.copyOf(matches);
  }

  /** How people name it: {@code VirtualService default/cart rule 1}. */
  public String label() {
    return origin.kind() + " " + origin.key() + " rule " + number;
  }

  /**
   * An item of {@code match}: all that it names must hold.
   *
   * @param path the canonical path, without query
   * @param authority {@code :authority} or {@code Host} as received
   * @param without headers that must not be there with such a value
   * @param callers the namespace of the callers, as their certificates prove it; null for any
   */
  public record Condition(
      @Nullable ValueMatch path,
      @Nullable ValueMatch method,
      @Nullable ValueMatch authority,
      List<HeaderMatch> headers,
      List<HeaderMatch> without,
      List<QueryMatch> query,
      @Nullable String callers) {
    public Condition {
      headers = List.copyOf(headers);
      without = List.copyOf(without);
      query = List.copyOf(query);
    }
  }
}
