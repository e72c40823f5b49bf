// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of telemetry: begins its records and counts them when they end. Nothing
 * here locks, blocks or waits for another loop.
 *
 * <p>Confined to the loop it was made for.
 */
public final class Recorder {
  private final LongSupplier nanos;
  private final InstantSource clock;
  private final SeriesTable series;
  private final @Nullable LogRing log;
  private @Nullable TcpRecord open;

  Recorder(LongSupplier nanos, InstantSource clock, SeriesTable series, @Nullable LogRing log) {
    this.nanos = nanos;
    this.clock = clock;
    this.series = series;
    this.log = log;
  }

  /** A request's head has arrived. */
  public RequestRecord begin() {
    return new RequestRecord(clock.millis(), nanos.getAsLong());
  }

  /** Whether somebody reads the headers that {@link RequestRecord#headers} takes. */
  public boolean logs() {
    return log != null;
  }

  /** The last byte of the answer is sent, or nobody waits for it any more. Once a record. */
  public void finish(RequestRecord record) {
    record.endNanos = nanos.getAsLong();
    long[] cells = series.cells(record);
    Series.add(cells, Series.REQUESTS, 1);
    Buckets.observe(cells, Series.DURATION, record.durationNanos() / 1_000);
    Buckets.observeWhole(cells, Series.REQUEST_BYTES, record.bytesIn);
    Buckets.observeWhole(cells, Series.RESPONSE_BYTES, record.bytesOut);
    if (record.grpc) {
      Series.add(cells, Series.MESSAGES_IN, record.messagesIn);
      Series.add(cells, Series.MESSAGES_OUT, record.messagesOut);
    }
    if (log != null) {
      record.trim();
      log.offer(record);
    }
  }

  /** A connection that will be relayed was accepted. */
  public TcpRecord beginTcp() {
    return new TcpRecord(clock.millis(), nanos.getAsLong());
  }

  /** The relay runs; from now on {@link #report} counts its bytes. */
  public void opened(TcpRecord record) {
    if (record.open || record.closed) {
      return;
    }
    record.open = true;
    Series.add(series.cells(record), Series.OPENED, 1);
    TcpRecord first = open;
    record.next = first;
    if (first != null) {
      first.previous = record;
    }
    open = record;
  }

  /**
   * Counts what every open connection has moved since the last report; called every few seconds.
   */
  public void report() {
    for (TcpRecord record = open; record != null; record = record.next) {
      report(record);
    }
  }

  /**
   * The connection is over; also for one that was never opened, because its destination could not
   * be reached.
   */
  public void closed(TcpRecord record) {
    if (record.closed) {
      return;
    }
    record.endNanos = nanos.getAsLong();
    ResponseFlag flag = record.flag;
    if (record.open) {
      // What was opened under one combination of labels is closed under the same.
      record.flag = ResponseFlag.NONE;
      unlink(record);
    } else {
      Series.add(series.cells(record), Series.OPENED, 1);
    }
    report(record);
    Series.add(series.cells(record), Series.CLOSED, 1);
    record.flag = flag;
    record.open = false;
    record.closed = true;
    if (log != null) {
      log.offer(record);
    }
  }

  private void report(TcpRecord record) {
    long in = record.bytesIn - record.reportedIn;
    long out = record.bytesOut - record.reportedOut;
    if (in == 0 && out == 0) {
      return;
    }
    long[] cells = series.cells(record);
    Series.add(cells, Series.RECEIVED, in);
    Series.add(cells, Series.SENT, out);
    record.reportedIn = record.bytesIn;
    record.reportedOut = record.bytesOut;
  }

  private void unlink(TcpRecord record) {
    TcpRecord before = record.previous;
    TcpRecord after = record.next;
    if (before == null) {
      open = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    record.previous = null;
    record.next = null;
  }
}
