// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import java.util.List;

/** How a service's port is spoken to. */
sealed interface Origination {
  record Clear() implements Origination {}

  record Over(Endpoint.Tls tls) implements Origination {}

  /**
   * Over TLS with a certificate by an authority of the system.
   *
   * @param serverName asked for, and expected when nothing else is
   * @param names of which the certificate must have one: of hosts, or URIs
   */
  static Origination certified(String serverName, List<String> names) {
    List<String> expected = names.isEmpty() ? List.of(serverName) : names;
    List<String> uris = expected.stream().filter(name -> name.contains("://")).toList();
    List<String> hosts = expected.stream().filter(name -> !name.contains("://")).toList();
    return new Over(new Endpoint.Tls(serverName, hosts, uris, null));
  }

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
