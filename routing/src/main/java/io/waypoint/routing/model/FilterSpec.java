// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

/** What a rule or a backend reference does to the messages that pass. */
public sealed interface FilterSpec {
  record RequestHeaderModifier(HeaderChange change) implements FilterSpec {
    /** A request has exactly one host: it may be replaced, not doubled or taken away. */
    public RequestHeaderModifier {
      if (change.remove().contains("host")
          || change.add().stream().anyMatch(field -> field.name().equals("host"))) {
        throw new IllegalArgumentException("the host header can be set, not added or removed");
      }
    }
  }

  record ResponseHeaderModifier(HeaderChange change) implements FilterSpec {}
}
