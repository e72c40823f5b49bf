// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.waypoint.routing.balance.EndpointSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the event loops of a proxy know together of its backends. One for each proxy. */
public final class SharedBackends {
  private record Name(String namespace, String service, int port) {}

  private final Map<Name, SharedBackend> backends = new ConcurrentHashMap<>();

  SharedBackend of(EndpointSet set) {
    return backends.computeIfAbsent(
        new Name(set.namespace(), set.service(), set.port()), name -> new SharedBackend());
  }
}
