// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends at given times and measures from them: an open loop, so that a slow answer delays nobody's
 * clock but its own. Without a rate it is a closed loop, which finds out capacities and nothing
 * else. On one event loop.
 *
 * <pre>
 *   due ──lane free──► sent ──► answered      latency = answered - due
 *        └ no lane ─► waits, in order
 * </pre>
 */
final class Pacer implements Lane.Turn {
  /** Two times closer than this are met at one wake-up; it bounds what the pacer itself costs. */
  private static final long GRAIN = 50_000;

  /** After the last due time, how long answers are waited for. */
  private static final long GRACE = TimeUnit.SECONDS.toNanos(10);

  /**
   * @param rate requests a second, or 0 for a closed loop
   * @param seconds how long requests become due
   */
  record Pace(double rate, double seconds) {}

  private final EventLoop loop;
  private final LongSupplier nanos;
  private final ArrayDeque<Lane> free = new ArrayDeque<>();
  private Run run;
  private int lanes;

  /** One measurement. */
  private final class Run {
    private final Pace pace;
    private final long start;
    private final long end;
    private final double interval;
    private final Tally tally = new Tally();
    private final CompletableFuture<Tally> result = new CompletableFuture<>();
    private long sent;
    private long over;
    private boolean stopped;

    Run(Pace pace) {
      this.pace = pace;
      this.start = nanos.getAsLong();
      this.end = start + (long) (pace.seconds() * 1e9);
      this.interval = pace.rate() == 0 ? 0 : 1e9 / pace.rate();
    }

    boolean isClosedLoop() {
      return pace.rate() == 0;
    }

    /** When the next request is due; beyond {@link #end} there is none. */
    long nextDue() {
      return isClosedLoop() ? nanos.getAsLong() : start + (long) (sent * interval);
    }
  }

  Pacer(EventLoop loop, LongSupplier nanos) {
    this.loop = loop;
    this.nanos = nanos;
    this.run = new Run(new Pace(0, 0));
  }

  /** From now on requests may take this lane. */
  void add(Lane lane) {
    lanes++;
    lane.freeSince = nanos.getAsLong();
    free.add(lane);
  }

  /** The one on which all of it happens. */
  EventLoop loop() {
    return loop;
  }

  int lanes() {
    return lanes;
  }

  /** Runs once; to be called when the last run is over. */
  CompletableFuture<Tally> start(Pace pace) {
    Run next = new Run(pace);
    loop.execute(() -> {
      run = next;
      loop.schedule(() -> giveUp(next), next.end - next.start + GRACE, TimeUnit.NANOSECONDS);
      tick(next);
    });
    return next.result;
  }

  /** Ends the current run as soon as what is under way is answered. */
  void stop() {
    loop.execute(() -> {
      run.stopped = true;
      settle(run);
    });
  }

  private void tick(Run of) {
    if (of != run || of.result.isDone()) {
      return;
    }
    dispatch();
    long now = nanos.getAsLong();
    long due = of.nextDue();
    if (now < of.end && !of.stopped && !of.isClosedLoop()) {
      long wait = Math.max(GRAIN, Math.min(due, of.end) - now);
      loop.schedule(() -> tick(of), wait, TimeUnit.NANOSECONDS);
    } else {
      if (of.isClosedLoop() && now < of.end) {
        loop.schedule(() -> tick(of), of.end - now, TimeUnit.NANOSECONDS);
      }
      settle(of);
    }
  }

  /** Sends what is due as long as there are lanes. */
  private void dispatch() {
    Run of = run;
    while (!of.stopped && !free.isEmpty()) {
      long now = nanos.getAsLong();
      long due = of.isClosedLoop() ? now : of.nextDue();
      if (due > now || due >= of.end) {
        return;
      }
      Lane lane = free.poll();
      of.sent++;
      lane.run = of;
      lane.due = due;
      lane.sent = now;
      of.tally.sent(of.isClosedLoop() ? 0 : now - Math.max(due, lane.freeSince));
      lane.send();
    }
  }

  @Override
  public void ended(Lane lane, @Nullable String problem, long bytes) {
    long now = nanos.getAsLong();
    Run of = run;
    if (lane.run == of) {
      of.over++;
      if (problem == null) {
        of.tally.completed(now - lane.due, now - lane.sent, bytes);
      } else {
        of.tally.failed(problem, now - lane.due);
      }
    }
    lane.freeSince = now;
    free.add(lane);
    dispatch();
    settle(of);
  }

  @Override
  public void broken(Lane lane, String problem, boolean underWay) {
    lanes--;
    free.remove(lane);
    Run of = run;
    if (underWay && lane.run == of) {
      of.over++;
      of.tally.failed(problem, nanos.getAsLong() - lane.due);
    } else {
      of.tally.failed(problem, 0);
    }
    settle(of);
  }

  private void settle(Run of) {
    boolean all = of.stopped || of.nextDue() >= of.end;
    if (all && of.over == of.sent) {
      finish(of);
    }
  }

  private void giveUp(Run of) {
    if (!of.result.isDone()) {
      long now = nanos.getAsLong();
      // Neither those under way nor those that never had their turn are forgotten.
      for (long i = of.over; i < of.sent; i++) {
        of.tally.failed("no answer", now - of.end);
      }
      while (!of.isClosedLoop() && !of.stopped && of.nextDue() < of.end) {
        of.tally.failed("no answer", now - of.nextDue());
        of.sent++;
      }
      finish(of);
    }
  }

  private void finish(Run of) {
    if (!of.result.isDone()) {
      of.tally.lasted((nanos.getAsLong() - of.start) / 1e9);
      of.result.complete(of.tally);
    }
  }

  void close() {
    free.forEach(Lane::close);
    free.clear();
  }
}
