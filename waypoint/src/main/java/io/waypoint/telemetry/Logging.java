// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.event.Level;

/**
 * The process's log, behind SLF4J: text for a terminal, one JSON object a line otherwise, levels
 * that change while we run. Why it is our own: docs/adr/0003.
 *
 * <p>Until {@link #start} only warnings and errors are written, to standard error.
 */
public final class Logging {
  /** The name under which the level of everything else is set. */
  public static final String ROOT = "root";

  private static final ConcurrentSkipListMap<String, Level> LEVELS = new ConcurrentSkipListMap<>();
  private static final ConcurrentHashMap<String, EventLogger> LOGGERS = new ConcurrentHashMap<>();
  private static volatile EventSink sink =
      new EventSink.Direct(System.err, AccessLog.Format.TEXT, InstantSource.system());

  static {
    LEVELS.put(ROOT, Level.WARN);
  }

  private Logging() {}

  /**
   * Begins to write at level INFO.
   *
   * @param out written and flushed by a thread of the log's own, so that a stuck reader never stops
   *     an event loop
   * @return flushes and goes back to standard error when closed
   */
  public static Session start(OutputStream out, AccessLog.Format format, InstantSource clock) {
    EventSink before = sink;
    var queued = new EventSink.Queued(out, format, clock);
    sink = queued;
    setLevel(ROOT, Level.INFO);
    return () -> {
      sink = before;
      queued.close();
    };
  }

  /** Ends what {@link #start} began. */
  public interface Session extends AutoCloseable {
    @Override
    void close();
  }

  /** The levels that were set, by logger name or prefix of one; always with {@link #ROOT}. */
  public static Map<String, Level> levels() {
    return new TreeMap<>(LEVELS);
  }

  /**
   * Sets the level of a logger and of those below it, at once.
   *
   * @param name {@link #ROOT}, or a name up to a dot, for example {@code io.waypoint.proxy}
   */
  public static synchronized void setLevel(String name, Level level) {
    LEVELS.put(name, level);
    for (EventLogger logger : LOGGERS.values()) {
      logger.threshold(levelOf(logger.getName()));
    }
  }

  /** Sets one level for everything and forgets the others. */
  public static synchronized void setAll(Level level) {
    LEVELS.keySet().removeIf(name -> !name.equals(ROOT));
    setLevel(ROOT, level);
  }

  /** How many events were not written because the reader of the log is stuck. */
  public static long dropped() {
    return sink.dropped();
  }

  static EventLogger logger(String name) {
    EventLogger known = LOGGERS.get(name);
    if (known != null) {
      return known;
    }
    synchronized (Logging.class) {
      return LOGGERS.computeIfAbsent(name, made -> new EventLogger(made, levelOf(made)));
    }
  }

  static EventSink sink() {
    return sink;
  }

  private static Level levelOf(String logger) {
    String name = logger;
    while (true) {
      Level level = LEVELS.get(name);
      if (level != null) {
        return level;
      }
      int dot = name.lastIndexOf('.');
      name = dot < 0 ? ROOT : name.substring(0, dot);
    }
  }
}
