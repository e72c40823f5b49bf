// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A clock and a scheduler that move only when a test says so. */
public final class FakeTime implements InstantSource, Scheduler {
  private record Due(Instant at, Runnable task) {}

  private final List<Due> due = new ArrayList<>();
  private Instant now;

  public FakeTime(Instant now) {
    this.now = now;
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public Task after(Duration delay, Runnable task) {
    var entry = new Due(now.plus(delay), task);
    due.add(entry);
    return () -> due.remove(entry);
  }

  /** How long until the next task; empty if there is none. */
  public Optional<Duration> next() {
    return due.stream()
        .map(Due::at)
        .min(Comparator.naturalOrder())
        .map(at -> Duration.between(now, at));
  }

  /** Runs what falls due on the way. */
  public void advance(Duration duration) {
    Instant end = now.plus(duration);
    for (Optional<Due> first = first(end); first.isPresent(); first = first(end)) {
      due.remove(first.get());
      now = first.get().at();
      first.get().task().run();
    }
    now = end;
  }

  private Optional<Due> first(Instant end) {
    return due.stream().filter(d -> !d.at().isAfter(end)).min(Comparator.comparing(Due::at));
  }
}
