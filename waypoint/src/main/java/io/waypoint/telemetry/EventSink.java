// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.telemetry.EventLogger.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.event.Level;

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

    private static final int FLUSH_AT = 32 * 1024;

    private record Stamped(Event event, long millis) {}

    /** Wakes a thread that waits for events, so that it sees that it shall end. */
    private static final Stamped END =
        new Stamped(new Event(Level.TRACE, "", "", List.of(), null), 0);

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
      queue.offer(END);
      try {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void run() {
      var text = new LogText(8_192);
      try {
        while (!closing || !queue.isEmpty()) {
          append(text, queue.take());
          for (Stamped next = queue.poll(); next != null; next = queue.poll()) {
            append(text, next);
            if (text.length() > FLUSH_AT) {
              write(text);
            }
          }
          write(text);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @SuppressWarnings("ReferenceEquality") // one mark, not an event like it
    private void append(LogText text, Stamped next) {
      if (next != END) {
        line.append(text, next.event, next.millis);
      }
    }

    private void write(LogText text) {
      try {
        text.writeTo(out);
        out.flush();
      } catch (IOException e) {
        dropped.incrementAndGet();
      } finally {
        text.reset();
      }
    }
  }
}
