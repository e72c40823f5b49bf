// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.vertx.core.Vertx;
import io.waypoint.dev.controlplane.ControlPlane;
import io.waypoint.dev.controlplane.ControlPlaneSettings;
import io.waypoint.dev.controlplane.ServedWaypoint;
import io.waypoint.identity.DevCa;
import io.waypoint.world.MeshWorkload;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An unmodified ztunnel beside this mesh, in the place of our own outbound side. It is told of the
 * mesh and certified by the two services that istiod would have, and finds our root where it looks
 * for one: below its working folder.
 *
 * @param folder the working folder of ztunnel
 * @param port of the control plane; 0 for one that the system chooses
 */
public record ExternalZtunnel(Path folder, int port) {
  /** Added to each of our ports, which are ztunnel's otherwise. */
  public static final int SHIFT = 10_000;

  private static final Path ROOT = Path.of("var/run/secrets/istio/root-cert.pem");

  /** By its address ztunnel tells the waypoint from the workloads, which share 127.0.0.1. */
  static InetAddress waypointHost() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** Writes the root, then tells every world. */
  ControlPlane open(
      Vertx vertx,
      DevCa ca,
      InstantSource clock,
      WorldHolder worlds,
      Supplier<@Nullable ServedWaypoint> waypoint) {
    Path root = folder.resolve(ROOT);
    try {
      Files.createDirectories(root.getParent());
      Files.writeString(root, ca.rootPem());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + root, e);
    }
    ControlPlane plane =
        ControlPlane.listen(vertx, ControlPlaneSettings.local(port), ca, clock, waypoint).await();
    plane.tell(worlds);
    return plane;
  }

  /** What to type so that ztunnel speaks for a workload of the mesh, a line each. */
  public List<String> commands(World world, int controlPlane) {
    String who = "default/sleep/sleep";
    for (MeshWorkload workload : world.workloads()) {
      var known = workload.workload();
      if (known.owner().equals("sleep")) {
        who = known.namespace() + "/" + known.name() + "/" + known.identity().serviceAccount();
      }
    }
    String at =
        controlPlane == ControlPlaneSettings.PORT
            ? ""
            : "CA_ADDRESS=https://localhost:%d XDS_ADDRESS=https://localhost:%d "
                .formatted(controlPlane, controlPlane);
    return List.of(
        "cd " + folder,
        at
            + "PROXY_MODE=dedicated PROXY_WORKLOAD_INFO="
            + who
            + " UNSTABLE_ENABLE_SOCKS5=true ztunnel");
  }
}
