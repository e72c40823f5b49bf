// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.dev.DevMesh;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Runs a command inside the mesh: its proxy variables lead there, so what it dials by HTTP or
 * SOCKS5 goes through the waypoint.
 */
final class Inside {
  private static final String LOCAL = "localhost,127.0.0.1,::1";

  private final DevMesh mesh;
  private final String caller;

  Inside(DevMesh mesh, String caller) {
    this.mesh = mesh;
    this.caller = caller;
  }

  /** The command's own exit code, or 66 when there is no such command. */
  int run(List<String> command) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    enter(builder.environment());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new Outcome(
          ExitCode.NO_INPUT, "cannot run " + command.getFirst(), "is it on the PATH?");
    }
    try {
      return process.waitFor();
    } finally {
      process.destroy();
    }
  }

  private void enter(Map<String, String> environment) {
    String address = caller + "@127.0.0.1:" + mesh.outbound().getPort();
    environment.put("http_proxy", "http://" + address);
    environment.put("HTTP_PROXY", "http://" + address);
    environment.put("all_proxy", "socks5h://" + address);
    environment.put("ALL_PROXY", "socks5h://" + address);
    environment.put("no_proxy", LOCAL);
    environment.put("NO_PROXY", LOCAL);
    environment.put("WAYPOINT_OUTBOUND", "127.0.0.1:" + mesh.outbound().getPort());
    environment.put("WAYPOINT_ADMIN", "127.0.0.1:" + mesh.waypoint().adminPort());
  }
}
