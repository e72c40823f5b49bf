// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import java.util.List;

/**
 * Where the control plane listens and whom it takes.
 *
 * @param port 0 for one that the system chooses
 * @param names the host names and addresses of its certificate
 */
public record ControlPlaneSettings(String host, int port, List<String> names, Callers callers) {
  public static final int PORT = 15012;

  public ControlPlaneSettings {
    names = List.copyOf(names);
  }

  /** On the loopback, for everybody on this machine. */
  public static ControlPlaneSettings local(int port) {
    return new ControlPlaneSettings(
        "127.0.0.1",
        port,
        List.of("localhost", "istiod.istio-system.svc", "127.0.0.1"),
        Callers.TRUSTED);
  }

  public ControlPlaneSettings with(Callers others) {
    return new ControlPlaneSettings(host, port, names, others);
  }
}
