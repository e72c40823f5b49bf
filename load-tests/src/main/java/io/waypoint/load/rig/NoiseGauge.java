// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.load.report.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the machine did besides the rig during a window. */
final class NoiseGauge {
  private static final double TICKS = 100;

  /** Sums over all cores, in seconds. */
  private record Reading(double busy, double steal, double all, double ours) {}

  private final List<ProcessMeter> rig;
  private Reading before = new Reading(0, 0, 0, 0);

  /**
   * @param rig every process of ours
   */
  NoiseGauge(List<ProcessMeter> rig) {
    this.rig = List.copyOf(rig);
  }

  void start() {
    before = read();
  }

  Window.Noise stop() {
    Reading after = read();
    double seconds = after.all - before.all;
    double busy = after.busy - before.busy;
    double ours = after.ours - before.ours;
    int cores = Math.max(1, Cores.ofMachine());
    double wall = seconds / cores;
    return new Window.Noise(
        seconds == 0 ? 0 : (after.steal - before.steal) / seconds,
        wall == 0 ? 0 : Math.max(0, busy - ours) / wall,
        load() / cores);
  }

  private Reading read() {
    String line = line(Path.of("/proc/stat"));
    String[] fields = line.trim().split("\\s+");
    double[] seconds = new double[fields.length];
    double all = 0;
    for (int i = 1; i < Math.min(fields.length, 9); i++) {
      seconds[i] = Long.parseLong(fields[i]) / TICKS;
      all += seconds[i];
    }
    double ours = 0;
    for (ProcessMeter meter : rig) {
      ours += meter.cpu().seconds();
    }
    double idle = seconds[4] + seconds[5];
    return new Reading(all - idle - seconds[8], seconds[8], all, ours);
  }

  private static double load() {
    return Double.parseDouble(line(Path.of("/proc/loadavg")).split(" ")[0]);
  }

  private static String line(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.findFirst().orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
