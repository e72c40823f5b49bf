// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * What came of one cell.
 *
 * @param scenario the file it stands in
 * @param question what it asks
 * @param cell its name
 * @param load the load and the mesh in words and figures, for the reader
 * @param offered requests a second in all windows
 * @param basis where that rate comes from
 * @param capacities answers a second of each system in the closed loop of the warm-up; what the rig
 *     itself can do is {@code direct}
 * @param windows in the order they were measured
 * @param memory by system
 * @param started seconds from the start of each process to its readiness
 * @param calls system calls for each answer, by system; empty when they were not counted
 * @param missing systems that could not take part, with the reason
 * @param indicative whether warm-up and windows were shorter than a figure to be quoted needs
 * @param complete false when somebody stopped it
 */
public record CellResult(
    String scenario,
    String question,
    String cell,
    Map<String, String> load,
    double offered,
    RateBasis basis,
    Map<String, Double> capacities,
    List<Window> windows,
    Map<String, Memory> memory,
    Map<String, Double> started,
    Map<String, Double> calls,
    Map<String, String> missing,
    boolean indicative,
    boolean complete) {
  /** Offered rates that differ by no more than this part are one. */
  private static final double SAME_RATE = 0.02;

  public CellResult {
    // Results of before there was a choice have none.
    basis = Objects.requireNonNullElse(basis, new RateBasis(RateBasis.Kind.SHARE, 0.5, 0));
  }

  /** Whom the comparison is about. */
  public static final String OURS = "waypoint";

  /** What the rig does without anybody between. */
  public static final String DIRECT = "direct";

  /**
   * Resident megabytes: anonymous memory, and pages of mapped files, which may be shared.
   *
   * @param rested both together, some time after the load; 0 when nobody waited for it
   */
  public record Memory(
      double idleAnonymous,
      double idleFiles,
      double loadedAnonymous,
      double loadedFiles,
      double rested) {
    /** When it was not looked at. */
    public static final Memory UNKNOWN =
        new Memory(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
  }

  /**
   * Whether a cost per request here can be compared with one of {@code other}: at a lower rate each
   * request pays for more of a wake-up.
   */
  boolean hasRateOf(CellResult other) {
    if (windows.isEmpty() || other.windows.isEmpty()) {
      // Somebody stopped before there was anything to compare.
      return true;
    }
    return Math.abs(offered - other.offered) <= SAME_RATE * Math.max(offered, other.offered);
  }

  /** Windows of one system that count. */
  public List<Window> of(String system) {
    return windows.stream().filter(w -> w.system().equals(system) && w.counts()).toList();
  }

  public double median(String system, ToDoubleFunction<Window> figure) {
    return Statistics.median(of(system).stream().mapToDouble(figure).toArray());
  }

  /** Microseconds; NaN when the generator was late in every window. */
  public double latency(String system, ToDoubleFunction<Window.Quantiles> figure) {
    return Statistics.median(
        of(system).stream()
            .filter(window -> !window.late())
            .mapToDouble(window -> figure.applyAsDouble(window.latency()))
            .toArray());
  }

  /** Systems that were measured, ours first. */
  public List<String> systems() {
    return windows.stream()
        .map(Window::system)
        .distinct()
        .sorted(java.util.Comparator.comparing(name -> !name.equals(OURS)))
        .toList();
  }

  /** The ratio of latencies, of pairs in which the generator was in time. */
  public Ratio latencyRatio(String peer, ToDoubleFunction<Window.Quantiles> figure) {
    return ratio(
        peer, window -> window.late() ? Double.NaN : figure.applyAsDouble(window.latency()));
  }

  /**
   * Ours divided by the peer's, pair by pair. Pairs beside which the machine did something else are
   * left out as long as half of the pairs remain.
   */
  public Ratio ratio(String peer, ToDoubleFunction<Window> figure) {
    List<Double> quiet = new ArrayList<>();
    List<Double> all = new ArrayList<>();
    for (Window ours : of(OURS)) {
      for (Window theirs : of(peer)) {
        if (ours.pair() == theirs.pair() && figure.applyAsDouble(theirs) > 0) {
          double ratio = figure.applyAsDouble(ours) / figure.applyAsDouble(theirs);
          if (Double.isNaN(ratio)) {
            continue;
          }
          all.add(ratio);
          if (ours.noise().isQuiet() && theirs.noise().isQuiet()) {
            quiet.add(ratio);
          }
        }
      }
    }
    boolean enough = !all.isEmpty() && quiet.size() * 2 >= all.size();
    List<Double> used = enough ? quiet : all;
    return Ratio.of(used.stream().mapToDouble(Double::doubleValue).toArray(), all.size(), !enough);
  }
}
