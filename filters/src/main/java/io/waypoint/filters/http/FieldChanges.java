// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import io.waypoint.filters.Headers;
import io.waypoint.routing.model.HeaderChange;
import org.jspecify.annotations.Nullable;

/**
 * A header change laid out in arrays, so that applying it allocates nothing. A name occurs once
 * over the three lists, so their order is free.
 */
final class FieldChanges {
  private static final String HOST = "host";

  private final HeaderChange.Field[] set;
  private final HeaderChange.Field[] add;
  private final String[] remove;
  private final @Nullable String host;

  private FieldChanges(HeaderChange change) {
    this.host =
        change.set().stream()
            .filter(field -> field.name().equals(HOST))
            .map(HeaderChange.Field::value)
            .findFirst()
            .orElse(null);
    this.set =
        change.set().stream()
            .filter(field -> !field.name().equals(HOST))
            .toArray(HeaderChange.Field[]::new);
    this.add = change.add().toArray(new HeaderChange.Field[0]);
    this.remove = change.remove().toArray(new String[0]);
  }

  static FieldChanges of(HeaderChange change) {
    return new FieldChanges(change);
  }

  /** The value that {@code host} is set to: no field, but the authority. */
  @Nullable String host() {
    return host;
  }

  void apply(Headers headers) {
    for (HeaderChange.Field field : set) {
      headers.set(field.name(), field.value());
    }
    for (HeaderChange.Field field : add) {
      headers.add(field.name(), field.value());
    }
    for (String name : remove) {
      headers.remove(name);
    }
  }
}
