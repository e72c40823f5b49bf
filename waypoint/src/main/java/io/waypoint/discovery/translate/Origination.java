// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import java.util.List;

/** How a service's port is spoken to. */
sealed interface Origination {
  record Clear() implements Origination {}

  record Over(Endpoint.Tls tls) implements Origination {}

  /** Not at all: to speak in clear where TLS is demanded would give away what it hides. */
  record Not(String reason) implements Origination {}

  default EndpointSet apply(EndpointSet set) {
    return switch (this) {
      case Clear _ -> set;
      case Over(var tls) -> set.with(set.endpoints().stream().map(e -> e.over(tls)).toList());
      case Not _ -> set.with(List.of());
    };
  }
}
