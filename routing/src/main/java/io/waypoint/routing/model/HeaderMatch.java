// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.Locale;

/**
 * A header that must be there with such a value.
 *
 * @param name kept in lower case, since case means nothing; pseudo-headers are not headers
 */
public record HeaderMatch(String name, ValueMatch value) {
  public HeaderMatch {
    Syntax.fieldName(name);
    Limits.length(1, 4096, value.text(), "value of header match " + name);
    name = name.toLowerCase(Locale.ROOT);
  }
}
