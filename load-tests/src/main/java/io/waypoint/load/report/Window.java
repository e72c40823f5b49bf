// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.List;
import java.util.Map;

/**
 * One measurement of one system.
 *
 * @param system who was measured
 * @param pair counted from 0; two windows of one pair stand beside each other in time
 * @param seconds from the first due time to the last answer
 * @param failures by kind; any of them voids the window
 * @param rate answers a second
 * @param bytes of the answers' bodies
 * @param user CPU of the system's process outside the kernel, µs per answer
 * @param kernel the same inside the kernel
 * @param latency from the due time
 * @param service from the sending
 * @param lagMicros 99th percentile of how much later than it could the generator sent
 * @param noise what else the machine did
 * @param histogram file with the latencies, beside the report
 * @param late whether the generator was too busy for its times to be quoted; what the process under
 *     test used is still right
 * @param voids why the window counts for nothing; empty when it counts
 */
public record Window(
    String system,
    int pair,
    double seconds,
    long completed,
    long bytes,
    Map<String, Long> failures,
    double rate,
    double user,
    double kernel,
    Quantiles latency,
    Quantiles service,
    double lagMicros,
    Noise noise,
    String histogram,
    boolean late,
    List<String> voids) {

  /** Microseconds. */
  public record Quantiles(double p50, double p90, double p99, double p999, double max) {}

  /**
   * @param steal part of the machine's time that the host took
   * @param foreign part of one core that processes outside the rig used
   * @param load the load average at the end, for each core
   */
  public record Noise(double steal, double foreign, double load) {
    /** Beyond these a pair is marked. */
    static final double MOST_STEAL = 0.02;

    static final double MOST_FOREIGN = 0.10;

    public boolean isQuiet() {
      return steal <= MOST_STEAL && foreign <= MOST_FOREIGN;
    }
  }

  /** CPU of the process under test per answer, in µs. */
  public double cpu() {
    return user + kernel;
  }

  public boolean counts() {
    return voids.isEmpty();
  }
}
