// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import io.waypoint.filters.http.ModifyRequestHeaders;
import io.waypoint.filters.http.ModifyResponseHeaders;
import io.waypoint.routing.model.FilterSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds filters from what a route says. A new kind of filter begins here: the switch asks for it.
 */
public final class FilterCatalog {
  private FilterCatalog() {}

  /** The chain of a rule and of the backend chosen within it; the rule's filters come first. */
  public static FilterChain chain(List<FilterSpec> rule, List<FilterSpec> backend) {
    if (rule.isEmpty() && backend.isEmpty()) {
      return FilterChain.EMPTY;
    }
    List<Filter> filters = new ArrayList<>(rule.size() + backend.size());
    rule.forEach(spec -> filters.add(filter(spec)));
    backend.forEach(spec -> filters.add(filter(spec)));
    return new FilterChain(filters);
  }

  private static Filter filter(FilterSpec spec) {
    return switch (spec) {
      case FilterSpec.RequestHeaderModifier(var change) -> new ModifyRequestHeaders(change);
      case FilterSpec.ResponseHeaderModifier(var change) -> new ModifyResponseHeaders(change);
    };
  }
}
