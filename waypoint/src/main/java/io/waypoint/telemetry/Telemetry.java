// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.refusal.Refusal;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The front door: a recorder for each event loop, a count of refusals, gauges, and the metrics
 * page.
 *
 * <pre>
 *  event loop ── RequestRecord ──► Recorder ──► own cells of a Series ◄── sums ── MetricsPage
 *                                     └───────► own LogRing ──────────► AccessLog's thread
 * </pre>
 */
public final class Telemetry {
  private final TelemetrySettings settings;
  private final LongSupplier nanos;
  private final InstantSource clock;
  private final @Nullable AccessLog accessLog;
  private final SeriesRegistry series;
  private final ProcessMeters meters;
  private final EnumMap<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);
  private final DryRuns dryRuns = new DryRuns();
  private final AtomicInteger recorders = new AtomicInteger();

  /**
   * @param nanos a clock for durations
   * @param clock the time of day
   * @param accessLog null when none is written; the caller closes it
   */
  public Telemetry(
      TelemetrySettings settings,
      LongSupplier nanos,
      InstantSource clock,
      @Nullable AccessLog accessLog) {
    this.settings = settings;
    this.nanos = nanos;
    this.clock = clock;
    this.accessLog = accessLog;
    this.series = new SeriesRegistry(settings, nanos);
    this.meters = new ProcessMeters();
    for (Refusal refusal : Refusal.values()) {
      var count = new LongAdder();
      refusals.put(refusal, count);
      meters.refusal(refusal.label(), count::sum);
    }
    dryRuns.show(meters);
    meters.gauge("waypoint.telemetry.label.tuples", "Label combinations kept", series::size);
    if (accessLog != null) {
      meters.counter(
          "waypoint.access.log.dropped", "Access-log lines not written", accessLog::dropped);
    }
  }

  /** A recorder for one event loop, used by that loop only. */
  public Recorder recorder() {
    var table = new SeriesTable(series, settings, recorders.getAndIncrement());
    LogRing ring = accessLog == null ? null : accessLog.ring();
    return new Recorder(nanos, clock, table, ring);
  }

  /** Counts of what dry-run policies would have decided. */
  public DryRuns dryRuns() {
    return dryRuns;
  }

  /** Counts a refusal; from any thread. */
  public void refused(Refusal refusal) {
    Objects.requireNonNull(refusals.get(refusal)).increment();
  }

  /**
   * Shows a figure that is read at every scrape.
   *
   * @param name words separated by dots, for example {@code waypoint.connections}
   * @param value read on the scraping thread; must not block
   * @param labels names and values, in turn
   */
  public void gauge(String name, String description, DoubleSupplier value, String... labels) {
    meters.gauge(name, description, value, labels);
  }

  /**
   * Shows a figure that only grows.
   *
   * @param labels names and values, in turn
   */
  public void counter(String name, String description, LongSupplier value, String... labels) {
    meters.counter(name, description, value, labels);
  }

  /** Shows the state of configuration as {@code waypoint_config_*}. */
  public void config(ConfigState state) {
    meters.gauge("waypoint.config.generation", "Worlds published so far", state::generation);
    meters.gauge(
        "waypoint.config.problems", "Problems found in the latest change", state::problems);
    meters.gauge(
        "waypoint.config.last.good.timestamp.seconds",
        "When the world in use was published, in seconds since 1970; 0 before the first",
        () -> state.lastGoodMillis() / 1_000.0);
    meters.gauge(
        "waypoint.config.last.reload.success",
        "1 when the latest change was taken, 0 when the world before it was kept",
        () -> state.lastChangeTaken() ? 1 : 0);
  }

  /** The metrics as they are now, to be read chunk by chunk. */
  public MetricsPage page() {
    series.expire();
    return new MetricsPage(meters.text(), settings.version(), series.all());
  }
}
