// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.List;

/**
 * The endpoints of one port of one service.
 *
 * @param service the service's name, for example {@code reviews-v1}
 * @param namespace the service's namespace
 * @param port the service port
 * @param http2 whether the port's protocol says that its endpoints speak HTTP/2 (appProtocol h2c,
 *     http2 or grpc)
 * @param endpoints all of them, ready or not
 */
public record EndpointSet(
    String service, String namespace, int port, boolean http2, List<Endpoint> endpoints) {
  public EndpointSet {
    endpoints = List.copyOf(endpoints);
  }
}
