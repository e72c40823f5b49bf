// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * Whether the event loops still turn. A loop that hangs serves nobody any more and does not come
 * back by itself, so this is the one thing for which a process should be started again.
 */
public final class Liveness {
  /** How often a loop should say that it is there. */
  public static final Duration BEAT = Duration.ofMillis(500);

  /** After which a loop is out of order for now. */
  private static final Duration LATE = Duration.ofSeconds(3);

  /** After which it is given up. */
  private static final Duration LOST = Duration.ofSeconds(10);

  /** One loop's sign of life. */
  public final class Pulse {
    private final String loop;
    private volatile long beatAt = nanos.getAsLong();

    private Pulse(String loop) {
      this.loop = loop;
    }

    /** Called by the loop itself. */
    public void beat() {
      beatAt = nanos.getAsLong();
    }

    private Duration silence() {
      return Duration.ofNanos(nanos.getAsLong() - beatAt);
    }
  }

  private final LongSupplier nanos;
  private final List<Pulse> pulses = new CopyOnWriteArrayList<>();

  /**
   * @param nanos a clock that only goes forward
   */
  public Liveness(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Watches one more loop, from now on. */
  public Pulse watch(String loop) {
    var pulse = new Pulse(loop);
    pulses.add(pulse);
    return pulse;
  }

  /** Whether each loop gave a sign lately; for readiness. */
  public boolean answers() {
    return silentFor(LATE).isEmpty();
  }

  /** The loops that are given up, a line each; empty when all is well. */
  public List<String> lost() {
    return silentFor(LOST);
  }

  private List<String> silentFor(Duration most) {
    List<String> lines = new ArrayList<>();
    for (Pulse pulse : pulses) {
      Duration silence = pulse.silence();
      if (silence.compareTo(most) > 0) {
        lines.add(pulse.loop + ": no sign of life for " + silence.toSeconds() + " s");
      }
    }
    return lines;
  }
}
