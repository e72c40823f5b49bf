// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.waypoint.config.WaypointSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.TreeMap;

/** Which of our ports is taken: what a failed bind does not say. */
final class PortCheck {
  private PortCheck() {}

  /** One sentence for whoever has to free it. */
  static String explain(WaypointSettings.Ports ports) {
    Map<Integer, String> wanted = new TreeMap<>();
    wanted.put(ports.outbound(), "SOCKS5 and HTTP into the mesh");
    wanted.put(ports.hbone(), "HBONE");
    wanted.put(ports.admin(), "admin");
    wanted.put(ports.metrics(), "metrics");
    wanted.put(ports.readiness(), "readiness");
    wanted.remove(0);
    for (Map.Entry<Integer, String> one : wanted.entrySet()) {
      if (isTaken(one.getKey())) {
        return "port " + one.getKey() + " (" + one.getValue() + ") is taken on this machine";
      }
    }
    return "an address of a workload's ztunnel is taken on this machine: does another mesh run?";
  }

  private static boolean isTaken(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
