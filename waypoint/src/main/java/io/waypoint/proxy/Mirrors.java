// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.balance.EndpointSet;
import java.util.ArrayList;
import java.util.List;

/**
 * The copies of requests that are under way on one event loop. There are never many: a service that
 * does not answer its copies must not cost those whom the requests are for.
 */
final class Mirrors {
  private static final int MOST = 256;

  private final ProxyLoop loop;
  private int underWay;

  Mirrors(ProxyLoop loop) {
    this.loop = loop;
  }

  /** Begins a copy for each service, as long as there are not too many. */
  List<Mirror> begin(OutgoingHead head, boolean bodyFollows, List<EndpointSet> backends) {
    if (backends.isEmpty() || head.request().asksForWebSocket()) {
      return List.of();
    }
    List<Mirror> begun = new ArrayList<>(backends.size());
    for (EndpointSet backend : backends) {
      if (underWay < MOST) {
        underWay++;
        var mirror = new Mirror(loop, head, bodyFollows, () -> underWay--);
        begun.add(mirror);
        mirror.send(backend);
      }
    }
    return begun;
  }

  int underWay() {
    return underWay;
  }
}
