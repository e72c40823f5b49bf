// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import io.waypoint.load.report.CellResult;
import io.waypoint.load.report.RunResult;
import io.waypoint.load.rig.Contest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What everybody was told, kept beside a report: of each scenario the first configuration of each
 * kind, unless it is large, and one dump of what Envoy makes of it.
 *
 * <pre>
 *   configurations/small-1-tunnel/waypoint/mesh/mesh.yaml
 *                                /envoy/envoy.yaml, config_dump.json
 *   configurations/small-32-tunnels/haproxy/haproxy.cfg
 * </pre>
 */
final class Published {
  private static final long LARGE = 192 * 1024;
  private static final Path DUMP = Path.of("envoy", "config_dump.json");
  private static final List<Path> KINDS =
      List.of(
          Path.of("waypoint", "mesh", "mesh.yaml"),
          Path.of("envoy", "envoy.yaml"),
          DUMP,
          Path.of("haproxy", "haproxy.cfg"));

  private Published() {}

  /**
   * Copies them, without the names of folders of this machine.
   *
   * @param folders of runs, the last one counts
   */
  static void configurations(List<Path> folders, RunResult run, Path out) throws IOException {
    Set<String> have = new HashSet<>();
    for (CellResult cell : run.cells()) {
      String slug = Contest.slug(cell.scenario() + "-" + cell.cell());
      for (Path kind : KINDS) {
        for (Path folder : folders.reversed()) {
          Path file = folder.resolve(slug).resolve(kind);
          if (Files.isReadable(file)
              && Files.size(file) <= LARGE
              && have.add(kind.equals(DUMP) ? "" : cell.scenario() + "/" + kind)) {
            Path copy = out.resolve("configurations").resolve(slug).resolve(kind);
            Files.createDirectories(copy.getParent());
            String own = folder.toAbsolutePath().normalize().resolve(slug).toString();
            Files.writeString(copy, Files.readString(file).replace(own, "."));
          }
        }
      }
    }
  }
}
