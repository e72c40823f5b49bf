// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.dev.DevMesh;
import io.waypoint.world.MeshService;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code waypoint dev} says when it is up: four lines, and what to try. */
final class DevBanner {
  private static final int MOST_SERVICES = 8;

  private final Terminal terminal;
  private final DevMesh mesh;
  private final String caller;

  DevBanner(Terminal terminal, DevMesh mesh, String caller) {
    this.terminal = terminal;
    this.mesh = mesh;
    this.caller = caller;
  }

  void print(BuildInfo build, String source, String age) {
    line(
        terminal.bold("waypoint " + build.version()) + " (Java " + build.java() + ")",
        "ready in " + age);
    line(
        "mesh      " + proxy(),
        terminal.dim("the user name says who calls; plain HTTP goes by its Host header"));
    line(
        "waypoint  127.0.0.1:" + mesh.waypoint().address().getPort(),
        terminal.dim("HBONE, as " + mesh.waypointIdentity().uri()));
    line(
        "admin     http://127.0.0.1:" + mesh.waypoint().adminPort(),
        terminal.dim("config: " + source + ", services " + services()));
    tries();
    terminal.err().flush();
  }

  private void line(String what, String more) {
    terminal.err().println("  " + what + "   " + more);
  }

  private String proxy() {
    return "socks5h://" + caller + "@127.0.0.1:" + mesh.outbound().getPort();
  }

  private String services() {
    List<MeshService> all = mesh.world().services();
    String some =
        all.stream().limit(MOST_SERVICES).map(MeshService::name).collect(Collectors.joining(" "));
    return all.size() > MOST_SERVICES ? some + " …" : some;
  }

  private void tries() {
    terminal.err().println();
    if (has("productpage")) {
      String stranger = proxy().replace(caller, "notsleep.default");
      curl(proxy(), "http://productpage:9080/productpage", "200");
      curl(proxy(), "-X DELETE http://productpage:9080/productpage", "403 RBAC: access denied");
      curl(stranger, "http://productpage:9080/productpage", "403 RBAC: access denied");
      curl(proxy(), "http://reviews:9080/reviews/0", "by the weights of the route");
    } else {
      for (MeshService service : mesh.world().services().stream().limit(3).toList()) {
        service.ports().stream()
            .limit(1)
            .forEach(port ->
                curl(
                    proxy(),
                    "http://"
                        + service.name()
                        + "."
                        + service.namespace()
                        + ":"
                        + port.port()
                        + "/",
                    ""));
      }
    }
    terminal.err().println();
  }

  private boolean has(String name) {
    return mesh.world().service(name, "default") != null;
  }

  private void curl(String proxy, String rest, String expected) {
    String comment = expected.isEmpty() ? "" : "   " + terminal.dim("# " + expected);
    terminal.err().println("  curl -x " + proxy + " " + rest + comment);
  }
}
