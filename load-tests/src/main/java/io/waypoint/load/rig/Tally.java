// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a run of the generator saw. Times are in nanoseconds with three digits, up to a minute.
 *
 * <ul>
 *   <li>{@code latency}: from the moment a request was due to its last byte. A request that had to
 *       wait for its turn, or was never answered, has waited in here.
 *   <li>{@code service}: from the moment it was sent.
 *   <li>{@code lag}: how much later than it could be the generator itself sent it.
 * </ul>
 */
public final class Tally {
  private static final long LONGEST = 60_000_000_000L;

  private final Histogram latency = new Histogram(LONGEST, 3);
  private final Histogram service = new Histogram(LONGEST, 3);
  private final Histogram lag = new Histogram(LONGEST, 3);
  private final Map<String, Long> failures = new TreeMap<>();
  private long completed;
  private long bytes;
  private double seconds;

  void sent(long lagNanos) {
    lag.recordValue(limited(lagNanos));
  }

  void completed(long latencyNanos, long serviceNanos, long bodyBytes) {
    completed++;
    bytes += bodyBytes;
    latency.recordValue(limited(latencyNanos));
    service.recordValue(limited(serviceNanos));
  }

  void failed(String how, long latencyNanos) {
    failures.merge(how, 1L, Long::sum);
    latency.recordValue(limited(latencyNanos));
  }

  void lasted(double duration) {
    seconds = duration;
  }

  private static long limited(long nanos) {
    return Math.max(0, Math.min(LONGEST, nanos));
  }

  public Histogram latency() {
    return latency;
  }

  public Histogram service() {
    return service;
  }

  public Histogram lag() {
    return lag;
  }

  /** By what went wrong, sorted. Any entry voids the run. */
  public Map<String, Long> failures() {
    return failures;
  }

  public long completed() {
    return completed;
  }

  public long bytes() {
    return bytes;
  }

  /** From the first due time to the last answer. */
  public double seconds() {
    return seconds;
  }

  public double rate() {
    return seconds == 0 ? 0 : completed / seconds;
  }

  /** A generator that cannot keep its own times cannot tell those of others. */
  public boolean isLate() {
    return lag.getTotalCount() > 0
        && lag.getValueAtPercentile(99) > 0.1 * latency.getValueAtPercentile(99);
  }
}
