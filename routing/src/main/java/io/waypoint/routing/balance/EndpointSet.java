// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.Comparator;
import java.util.List;

/**
 * The endpoints of one port of one service.
 *
 * @param service the service's name, for example {@code reviews-v1}
 * @param namespace the service's namespace
 * @param port the service port
 * @param http2 whether the port's protocol says that its endpoints speak HTTP/2 (appProtocol h2c,
 *     http2 or grpc)
 * @param endpoints the ready ones first, so that a choice among these need not look at the others
 */
public record EndpointSet(
    String service, String namespace, int port, boolean http2, List<Endpoint> endpoints) {
  public EndpointSet {
    endpoints =
        endpoints.stream().sorted(Comparator.comparing(endpoint -> !endpoint.ready())).toList();
  }

  /** How many endpoints, from the first on, may be picked. */
  public int readyCount() {
    int low = 0;
    int high = endpoints.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (endpoints.get(middle).ready()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
