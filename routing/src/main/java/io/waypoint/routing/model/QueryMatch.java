// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

/**
 * A query parameter that must be there with such a value, compared after percent-decoding. When a
 * request repeats the parameter, the first one counts.
 *
 * @param name case matters
 */
public record QueryMatch(String name, ValueMatch value) {
  public QueryMatch {
    Syntax.fieldName(name);
    Limits.length(1, 1024, value.text(), "value of query match " + name);
  }
}
