// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The counters of one combination of label values.
 *
 * <p>Every recorder has cells of its own, written by its event loop only: a plain read and an
 * opaque write, no lock and no atomic instruction. A scrape adds them up with opaque reads; it may
 * see one request's duration and not yet its size, never a torn value.
 *
 * <pre>
 *   LIVE ──idle at a sweep──► IDLE ──still idle at a later sweep──► GONE
 *    ▲                         │
 *    └───────── used ──────────┘
 * </pre>
 *
 * A recorder that holds a series which is not LIVE asks the registry again before it counts, so
 * that between the two sweeps everything already under way has been added.
 */
final class Series {
  enum State {
    LIVE,
    IDLE,
    GONE
  }

  /** Layout of the cells of an HTTP series. */
  static final int REQUESTS = 0;

  static final int MESSAGES_IN = 1;
  static final int MESSAGES_OUT = 2;
  static final int DURATION = 3;
  static final int REQUEST_BYTES = DURATION + Buckets.CELLS;
  static final int RESPONSE_BYTES = REQUEST_BYTES + Buckets.CELLS;
  private static final int HTTP_CELLS = RESPONSE_BYTES + Buckets.CELLS;

  /** Layout of the cells of a TCP series. */
  static final int OPENED = 0;

  static final int CLOSED = 1;
  static final int SENT = 2;
  static final int RECEIVED = 3;
  private static final int TCP_CELLS = 4;

  static final int MOST_CELLS = HTTP_CELLS;

  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  final String labels;
  final Kind kind;
  volatile State state = State.LIVE;

  /** Guarded by the registry. */
  long changedNanos;

  /** Guarded by the registry. */
  long lastActivity = -1;

  private volatile long[][] cells = new long[0][];

  enum Kind {
    HTTP(HTTP_CELLS),
    GRPC(HTTP_CELLS),
    TCP(TCP_CELLS);

    final int cells;

    Kind(int cells) {
      this.cells = cells;
    }
  }

  Series(String labels, Kind kind, long nowNanos) {
    this.labels = labels;
    this.kind = kind;
    this.changedNanos = nowNanos;
  }

  /** The cells of one recorder; called by the registry, which keeps callers apart. */
  long[] cellsOf(int recorder) {
    long[][] all = cells;
    if (recorder < all.length && all[recorder].length > 0) {
      return all[recorder];
    }
    int length = Math.max(all.length, recorder + 1);
    long[][] grown = Arrays.copyOf(all, length);
    for (int i = all.length; i < length; i++) {
      grown[i] = new long[0];
    }
    grown[recorder] = new long[kind.cells];
    cells = grown;
    return grown[recorder];
  }

  /** Adds to a cell of the calling recorder. */
  static void add(long[] cells, int index, long amount) {
    CELL.setOpaque(cells, index, cells[index] + amount);
  }

  /** The sum over all recorders, one figure a cell. */
  void sum(long[] into) {
    Arrays.fill(into, 0, kind.cells, 0);
    for (long[] one : cells) {
      for (int i = 0; i < one.length; i++) {
        into[i] += (long) CELL.getOpaque(one, i);
      }
    }
  }

  /** A figure that changes whenever the series is used. */
  long activity(long[] scratch) {
    sum(scratch);
    return kind == Kind.TCP
        ? scratch[OPENED] + scratch[CLOSED] + scratch[SENT] + scratch[RECEIVED]
        : scratch[REQUESTS];
  }

  /** Connections that are still open keep their series, or their end would be counted elsewhere. */
  boolean holdsOpenConnections(long[] summed) {
    return kind == Kind.TCP && summed[OPENED] != summed[CLOSED];
  }
}
