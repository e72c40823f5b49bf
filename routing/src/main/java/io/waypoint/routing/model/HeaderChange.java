// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Headers to overwrite, to append and to take away. A name appears once over the three lists, so
 * their order does not matter.
 *
 * @param set replaces every value of the name
 * @param add leaves the values that are there
 * @param remove names in lower case
 */
public record HeaderChange(List<Field> set, List<Field> add, List<String> remove) {
  /** A name, kept in lower case, and its value. */
  public record Field(String name, String value) {
    public Field {
      name = changeable(name);
      Limits.length(1, 4096, value, "value of header " + name);
      Syntax.fieldValue(name, value);
    }
  }

  /** These describe one hop or the framing of the body; to change them would split messages. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "content-length",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  public HeaderChange {
    set = Limits.atMost(16, set, "headers to set");
    add = Limits.atMost(16, add, "headers to add");
    remove =
        Limits.atMost(16, remove, "headers to remove").stream()
            .map(HeaderChange::changeable)
            .toList();
    Set<String> names = new HashSet<>();
    set.forEach(field -> once(names, field.name()));
    add.forEach(field -> once(names, field.name()));
    remove.forEach(name -> once(names, name));
  }

  private static void once(Set<String> names, String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("header " + name + " is changed twice");
    }
  }

  private static String changeable(String name) {
    Syntax.fieldName(name);
    String lower = name.toLowerCase(Locale.ROOT);
    if (HOP_BY_HOP.contains(lower)) {
      throw new IllegalArgumentException("header " + lower + " cannot be changed by a filter");
    }
    return lower;
  }
}
