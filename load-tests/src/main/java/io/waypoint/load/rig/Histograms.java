// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.load.report.Window;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** From what the rig holds in memory to what a report keeps. */
final class Histograms {
  private static final double MICRO = 1_000;
  private static final int TICKS_PER_HALF = 5;

  private Histograms() {}

  /** CPU per answer, in µs. */
  record Spent(double user, double kernel) {
    static Spent between(ProcessMeter.Cpu before, ProcessMeter.Cpu after, Tally tally) {
      if (tally.completed() == 0) {
        return new Spent(0, 0);
      }
      double each = (after.seconds() - before.seconds()) * 1e6 / tally.completed();
      double kernel = each * ProcessMeter.Cpu.kernelPart(before, after);
      return new Spent(each - kernel, kernel);
    }
  }

  static Window window(
      String system, int pair, Tally tally, Spent spent, Window.Noise noise, String file) {
    List<String> voids = new ArrayList<>();
    tally.failures().forEach((how, count) -> voids.add(count + " × " + how));
    if (tally.completed() == 0) {
      voids.add("no answer at all");
    }
    return new Window(
        system,
        pair,
        tally.seconds(),
        tally.completed(),
        tally.bytes(),
        Map.copyOf(tally.failures()),
        tally.rate(),
        spent.user(),
        spent.kernel(),
        quantiles(tally.latency()),
        quantiles(tally.service()),
        tally.lag().getValueAtPercentile(99) / MICRO,
        noise,
        file,
        tally.isLate(),
        voids);
  }

  private static Window.Quantiles quantiles(Histogram histogram) {
    return new Window.Quantiles(
        histogram.getValueAtPercentile(50) / MICRO,
        histogram.getValueAtPercentile(90) / MICRO,
        histogram.getValueAtPercentile(99) / MICRO,
        histogram.getValueAtPercentile(99.9) / MICRO,
        histogram.getMaxValue() / MICRO);
  }

  /** In the format of HdrHistogram's own tools; the values are µs. */
  static void write(Path file, Histogram histogram) throws IOException {
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      histogram.outputPercentileDistribution(out, TICKS_PER_HALF, MICRO);
    }
  }

  static Map<String, String> describe(Cell cell, int flips, int rotations) {
    Map<String, String> words = new LinkedHashMap<>();
    Cell.Load load = cell.load();
    words.put("inside", load.wire().name().toLowerCase(java.util.Locale.ROOT));
    words.put("tunnels", Integer.toString(load.tunnels()));
    words.put("streams", Integer.toString(load.streams()));
    words.put("requestBytes", Integer.toString(load.requestBytes()));
    words.put("responseBytes", Integer.toString(load.responseBytes()));
    words.put("routes", Integer.toString(cell.mesh().routes()));
    words.put("policies", Integer.toString(cell.mesh().policies()));
    words.put("endpoints", Integer.toString(cell.mesh().endpoints()));
    words.put("accessLog", Boolean.toString(cell.mesh().accessLog()));
    words.put("services", Integer.toString(cell.mesh().services()));
    words.put("idleTunnels", Integer.toString(cell.beside().idle()));
    words.put("slowReaders", Integer.toString(cell.beside().slow()));
    words.put("flips", Integer.toString(flips));
    words.put("rotations", Integer.toString(rotations));
    words.put("token", cell.mesh().token().name().toLowerCase(java.util.Locale.ROOT));
    words.put("share", Double.toString(cell.offer().share()));
    return words;
  }
}
