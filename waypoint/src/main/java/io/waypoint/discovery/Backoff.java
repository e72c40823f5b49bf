// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits that double, up to a bound, each a little off so that many proxies do not come at once. */
public final class Backoff {
  private static final double JITTER = 0.2;

  private final Duration first;
  private final Duration most;
  private final RandomGenerator random;
  private int failures;

  public Backoff(Duration first, Duration most, RandomGenerator random) {
    this.first = first;
    this.most = most;
    this.random = random;
  }

  /** How long to wait after one more failure. */
  public Duration next() {
    long doubled = first.toMillis() << Math.min(failures, 20);
    failures++;
    double off = 1 - JITTER + 2 * JITTER * random.nextDouble();
    return Duration.ofMillis((long) (Math.min(doubled, most.toMillis()) * off));
  }

  public void succeeded() {
    failures = 0;
  }
}
