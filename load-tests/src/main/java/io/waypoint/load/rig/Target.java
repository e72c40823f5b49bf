// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.net.InetSocketAddress;

/**
 * A system under test, or a workload when it is asked directly.
 *
 * <pre>
 *   Tunnels   mutual TLS, HTTP/2, CONNECT, and the requests in tunnels
 *   Streams   mutual TLS, HTTP/2, and the requests as its streams
 * </pre>
 */
public sealed interface Target {
  /** Where it takes connections. */
  InetSocketAddress at();

  /** The SPIFFE URI that it must prove. */
  String identity();

  /**
   * @param authority of the CONNECT
   */
  record Tunnels(InetSocketAddress at, String identity, String authority) implements Target {}

  /** For who cannot take tunnels: as many streams as there would be tunnels. */
  record Streams(InetSocketAddress at, String identity) implements Target {}
}
