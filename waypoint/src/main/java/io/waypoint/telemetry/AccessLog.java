// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes one line for each finished request or relayed connection, from a thread of its own. When
 * that thread cannot keep up, lines are dropped and counted; event loops never wait.
 */
public final class AccessLog implements AutoCloseable {
  /** How a line looks. */
  public enum Format {
    /** Istio's text format, for a terminal. */
    TEXT,
    /** One JSON object with Istio's keys. */
    JSON
  }

  private static final int RING = 4_096;
  private static final int FLUSH_AT = 32 * 1024;

  /** While requests come, the thread looks this often, so that no event loop has to wake it. */
  private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int LOOKS_BEFORE_SLEEP = 5;

  private final OutputStream out;
  private final LogLine line;
  private final List<LogRing> rings = new CopyOnWriteArrayList<>();
  private final AtomicLong failed = new AtomicLong();
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean closing;

  /**
   * @param out written in large pieces and flushed after each; closed by the caller
   * @param clusterDomain see {@link TelemetrySettings}
   */
  public AccessLog(OutputStream out, Format format, String clusterDomain) {
    this.out = out;
    this.line = new LogLine(format, clusterDomain);
    this.thread = Thread.ofPlatform().name("access-log").daemon(true).unstarted(this::run);
    thread.start();
  }

  LogRing ring() {
    var ring = new LogRing(RING, this::wake);
    rings.add(ring);
    return ring;
  }

  /** How many lines were not written. */
  public long dropped() {
    long sum = failed.get();
    for (LogRing ring : rings) {
      sum += ring.dropped();
    }
    return sum;
  }

  /** Writes what was offered so far and ends; waits a second at most. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the thread waits to be woken rather than looking from time to time. */
  boolean isAsleep() {
    return asleep;
  }

  private void wake() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    int quiet = 0;
    while (true) {
      boolean last = closing;
      quiet = drain() ? 0 : quiet + 1;
      if (last) {
        return;
      }
      if (quiet < LOOKS_BEFORE_SLEEP) {
        LockSupport.parkNanos(LOOK_EVERY);
      } else {
        asleep = true;
        if (!drain() && asleep && !closing) {
          LockSupport.park(this);
        }
        asleep = false;
        quiet = 0;
      }
    }
  }

  private boolean drain() {
    boolean any = false;
    for (LogRing ring : rings) {
      for (Flow flow = ring.poll(); flow != null; flow = ring.poll()) {
        any = true;
        line.append(flow);
        if (line.length() >= FLUSH_AT) {
          write();
        }
      }
    }
    write();
    return any;
  }

  private void write() {
    int lines = line.lines();
    if (lines == 0) {
      return;
    }
    try {
      line.writeTo(out);
      out.flush();
    } catch (IOException e) {
      failed.addAndGet(lines);
    } finally {
      line.reset();
    }
  }
}
