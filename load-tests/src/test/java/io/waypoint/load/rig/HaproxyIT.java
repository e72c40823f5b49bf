// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.waypoint.load.report.CellResult;
import io.waypoint.load.report.TextTable;
import io.waypoint.load.report.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The thermometer in a contest of real processes. */
@Timeout(120)
class HaproxyIT {
  private static final Effort BRIEF = new Effort(2, 2, 1, 1, 1);
  private static final Cores SHARED = new Cores(0, 0);

  @TempDir private Path folder;

  private final List<String> said = new ArrayList<>();

  private CellResult contest(HaproxyProxy haproxy, boolean wanted)
      throws IOException, InterruptedException {
    Cell cell =
        new Cell(
            "c",
            new Cell.Load(Cell.Wire.HTTP1, 8, 1, 0, 128),
            new Cell.Mesh(1, 1, 1, true),
            Cell.Beside.NOTHING,
            new Cell.Offer(0.1, 0),
            wanted,
            0);
    Plan plan = new Plan(cell, 60 + (int) (ProcessHandle.current().pid() % 60));
    Progress progress =
        new Progress() {
          @Override
          public void now(String what) {}

          @Override
          public void line(String what) {
            said.add(what);
          }
        };
    try (Contest contest = new Contest(plan, BRIEF, SHARED, folder.resolve("cell"), progress)) {
      contest.enter(haproxy);
      contest.warmUp();
      contest.measure();
      return contest.result("small", "?");
    }
  }

  /** Where it is installed it is measured, and elsewhere it is told how to install it. */
  @Test
  void itIsAskedTheSameOrReportedAsMissing() throws Exception {
    HaproxyProxy haproxy = HaproxyProxy.found();

    CellResult result = contest(haproxy, true);

    String why = haproxy.missing();
    if (why != null) {
      assertThat(result.missing()).containsEntry("haproxy", why);
      return;
    }
    assertThat(said).noneMatch(line -> line.contains("fails"));
    assertThat(result.of("haproxy")).hasSize(1);
    Window window = result.of("haproxy").getFirst();
    assertThat(window.completed()).isGreaterThan(100);
    assertThat(window.bytes()).isEqualTo(window.completed() * 128);
    assertThat(window.cpu()).isGreaterThan(1);
    assertThat(folder.resolve("cell-haproxy-00.hgrm")).exists();
    assertThat(haproxy.version()).matches("\\d+\\.\\d+.*, nbthread 1, .*");
    assertThat(result.capacities()).containsKey("haproxy");
    assertThat(result.offered())
        .as("its capacity has no say in the rate")
        .isCloseTo(0.1 * result.capacities().getOrDefault(CellResult.DIRECT, 0.0), within(0.001));
  }

  @Test
  void withoutItTheReportSaysHowToInstallIt() throws Exception {
    CellResult result = contest(new HaproxyProxy(null), true);

    assertThat(result.windows()).isEmpty();
    assertThat(TextTable.of(result)).contains("missing: haproxy: ").contains("apt-get install");
    assertThat(said).anyMatch(line -> line.contains("haproxy is missing"));
  }

  @Test
  void itIsNotAskedInOtherCells() throws Exception {
    CellResult result = contest(HaproxyProxy.found(), false);

    assertThat(result.windows()).isEmpty();
    assertThat(result.missing()).isEmpty();
  }
}
