// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.telemetry.EventLogger.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Where log events go. */
sealed interface EventSink {
  void write(Event event);

  long dropped();

  /** Writes on the calling thread: for what is said before the log is started. */
  final class Direct implements EventSink {
    private final OutputStream out;
    private final EventLine line;
    private final InstantSource clock;
    private final LogText text = new LogText(1_024);

    Direct(OutputStream out, AccessLog.Format format, InstantSource clock) {
      this.out = out;
      this.line = new EventLine(format);
      this.clock = clock;
    }

    @Override
    public synchronized void write(Event event) {
      line.append(text, event, clock.millis());
      try {
        text.writeTo(out);
        out.flush();
      } catch (IOException e) {
        // There is nowhere left to say so.
      } finally {
        text.reset();
      }
    }

    @Override
    public long dropped() {
      return 0;
    }
  }

  /**
   * Hands events to a thread of its own. When the queue is full the event is dropped and counted:
   * logging never waits.
   */
  final class Queued implements EventSink, AutoCloseable {
    private static final int LONGEST_QUEUE = 4_096;

    private record Stamped(Event event, long millis) {}

    private final BlockingQueue<Stamped> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final OutputStream out;
    private final EventLine line;
    private final InstantSource clock;
    private final Thread thread;
    private volatile boolean closing;

    Queued(OutputStream out, AccessLog.Format format, InstantSource clock) {
      this.out = out;
      this.line = new EventLine(format);
      this.clock = clock;
      this.thread = Thread.ofPlatform().name("log").daemon(true).start(this::run);
    }

    @Override
    public void write(Event event) {
      if (!queue.offer(new Stamped(event, clock.millis()))) {
        dropped.incrementAndGet();
      }
    }

    @Override
    public long dropped() {
      return dropped.get();
    }

    /** Writes what was logged so far; waits a second at most. */
    @Override
    public void close() {
      closing = true;
      thread.interrupt();
      try {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void run() {
      var text = new LogText(8_192);
      while (!closing || !queue.isEmpty()) {
        try {
          Stamped first = queue.take();
          for (Stamped next = first; next != null; next = queue.poll()) {
            line.append(text, next.event, next.millis);
          }
          text.writeTo(out);
          out.flush();
        } catch (InterruptedException e) {
          // Closing; the loop's condition decides.
        } catch (IOException e) {
          dropped.incrementAndGet();
        } finally {
          text.reset();
        }
      }
    }
  }
}
