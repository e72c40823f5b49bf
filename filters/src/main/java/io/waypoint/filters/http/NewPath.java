// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import io.waypoint.routing.RequestHead;
import io.waypoint.routing.model.PathModifier;
import org.jspecify.annotations.Nullable;

/** A path modifier together with the prefix that its rule matches. */
record NewPath(PathModifier modifier, String prefix) {
  /**
   * @param prefix null when the rule has no single one
   * @return null when the path stays
   */
  static @Nullable NewPath of(@Nullable PathModifier modifier, @Nullable String prefix) {
    return switch (modifier) {
      case null -> null;
      case PathModifier.Full full -> new NewPath(full, "");
      case PathModifier.Prefix replaced -> {
        if (prefix == null) {
          throw new IllegalArgumentException(
              "ReplacePrefixMatch needs a rule with exactly one match, of type PathPrefix");
        }
        yield new NewPath(replaced, prefix);
      }
    };
  }

  String of(RequestHead head) {
    return modifier.apply(head.path(), prefix);
  }
}
