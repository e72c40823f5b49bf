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
 * @param policy how requests are spread over them
 */
public record EndpointSet(
    String service,
    String namespace,
    int port,
    boolean http2,
    List<Endpoint> endpoints,
    TrafficPolicy policy) {
  /** One about which nobody has said how to spread requests. */
  public EndpointSet(
      String service, String namespace, int port, boolean http2, List<Endpoint> endpoints) {
    this(service, namespace, port, http2, endpoints, TrafficPolicy.DEFAULT);
  }

  public EndpointSet {
    endpoints =
        endpoints.stream().sorted(Comparator.comparing(endpoint -> !endpoint.ready())).toList();
  }

  /** How many endpoints, from the first on, may be picked; at once when all of them may. */
  public int readyCount() {
    if (endpoints.isEmpty() || endpoints.getLast().ready()) {
      return endpoints.size();
    }
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

  /** The first that was not tried, from a place on and round; that place when all were. */
  int untriedFrom(int start, int ready, Tried tried) {
    for (int i = 0; i < ready; i++) {
      int candidate = (start + i) % ready;
      if (!tried.holds(endpoints.get(candidate))) {
        return candidate;
      }
    }
    return start;
  }

  /** The same backend with others behind it. */
  public EndpointSet with(List<Endpoint> others) {
    return new EndpointSet(service, namespace, port, http2, others, policy);
  }

  /** The same backend under another policy; itself when it has that one. */
  public EndpointSet with(TrafficPolicy other) {
    return other == policy
        ? this
        : new EndpointSet(service, namespace, port, http2, endpoints, other);
  }
}
