// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import java.net.InetAddress;

/**
 * Where the three servers listen; port 0 takes a free one.
 *
 * @param adminHost a loopback address: what is shown there is not for the network
 * @param publicHost for metrics and readiness, which the kubelet and Prometheus ask from outside
 */
public record AdminSettings(
    String adminHost, int adminPort, String publicHost, int metricsPort, int readinessPort) {
  public static final AdminSettings DEFAULTS =
      new AdminSettings("127.0.0.1", 15000, "0.0.0.0", 15020, 15021);

  public AdminSettings {
    if (!InetAddress.ofLiteral(adminHost).isLoopbackAddress()) {
      throw new IllegalArgumentException("the admin port is on a loopback address only");
    }
  }

  /** The same on other ports: for a second proxy on one machine, and for tests. */
  public AdminSettings withPorts(int admin, int metrics, int readiness) {
    return new AdminSettings(adminHost, admin, publicHost, metrics, readiness);
  }
}
