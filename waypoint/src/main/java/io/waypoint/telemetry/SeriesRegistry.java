// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Every series, by its label text, up to a limit; what comes beyond is counted in a series whose
 * labels say {@code other}, so nothing is lost but the distinction.
 *
 * <p>Recorders come here when they meet a combination for the first time; requests do not.
 */
final class SeriesRegistry {
  /** A flood of new combinations must not turn into a flood of sweeps. */
  private static final long SWEEP_AT_MOST_EVERY = TimeUnit.SECONDS.toNanos(1);

  /** How long a recorder may take between finding a live series and having counted in it. */
  private static final long GRACE = TimeUnit.SECONDS.toNanos(5);

  private final int limit;
  private final long idleNanos;
  private final LongSupplier nanos;
  private final Object lock = new Object();
  private final Map<String, Series> byLabels = new HashMap<>();
  private final EnumMap<Series.Kind, Series> other = new EnumMap<>(Series.Kind.class);
  private volatile int epoch;
  private long sweptNanos;
  private final long[] scratch = new long[Series.MOST_CELLS];

  SeriesRegistry(TelemetrySettings settings, LongSupplier nanos) {
    this.limit = settings.labelTuples();
    this.idleNanos = settings.idle().toNanos();
    this.nanos = nanos;
    long now = nanos.getAsLong();
    this.sweptNanos = now;
    for (Series.Kind kind : Series.Kind.values()) {
      other.put(kind, new Series(Labels.other(kind), kind, now));
    }
  }

  /** The series of these labels with the recorder's cells made ready. */
  Series resolve(String labels, Series.Kind kind, int recorder) {
    synchronized (lock) {
      Series series = byLabels.get(labels);
      if (series == null) {
        series = make(labels, kind);
      } else if (series.state == Series.State.IDLE) {
        series.state = Series.State.LIVE;
        series.changedNanos = nanos.getAsLong();
      }
      series.cellsOf(recorder);
      return series;
    }
  }

  long[] cells(Series series, int recorder) {
    synchronized (lock) {
      return series.cellsOf(recorder);
    }
  }

  private Series make(String labels, Series.Kind kind) {
    if (byLabels.size() >= limit && nanos.getAsLong() - sweptNanos > SWEEP_AT_MOST_EVERY) {
      sweep();
    }
    if (byLabels.size() >= limit) {
      return Objects.requireNonNull(other.get(kind));
    }
    Series made = new Series(labels, kind, nanos.getAsLong());
    byLabels.put(labels, made);
    return made;
  }

  /** Forgets what has been idle for long enough; see {@link Series} for the two steps. */
  void expire() {
    synchronized (lock) {
      sweep();
    }
  }

  /** Changes when room was made, so that what is counted under {@code other} may ask again. */
  int epoch() {
    return epoch;
  }

  private void sweep() {
    long now = nanos.getAsLong();
    sweptNanos = now;
    if (byLabels.values().removeIf(series -> isGone(series, now))) {
      int before = epoch;
      epoch = before + 1;
    }
  }

  private boolean isGone(Series series, long now) {
    long activity = series.activity(scratch);
    boolean changed = activity != series.lastActivity;
    if (changed || series.holdsOpenConnections(scratch)) {
      series.lastActivity = activity;
      series.changedNanos = changed ? now : series.changedNanos;
      series.state = Series.State.LIVE;
      return false;
    }
    long bound = series.state == Series.State.LIVE ? idleNanos : GRACE;
    if (now - series.changedNanos < bound) {
      return false;
    }
    if (series.state == Series.State.LIVE) {
      series.state = Series.State.IDLE;
      series.changedNanos = now;
      return false;
    }
    series.state = Series.State.GONE;
    return true;
  }

  /** All series, those for {@code other} last and only once they are used. */
  List<Series> all() {
    synchronized (lock) {
      var all = new ArrayList<>(byLabels.values());
      for (Series series : other.values()) {
        if (series.activity(scratch) > 0) {
          all.add(series);
        }
      }
      return all;
    }
  }

  int size() {
    synchronized (lock) {
      return byLabels.size();
    }
  }
}
