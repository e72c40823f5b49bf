// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Has busy event loops look for arrivals at intervals instead of being woken by each of them. To
 * wake up, to send to two peers and to sleep again costs more than to read one message more: at
 * 12,000 messages a second half of a loop's CPU was the kernel's. What is paid is latency, at most
 * the longest interval for each message, and only while a loop is busy (ADR 8).
 */
public final class Coalescing {
  /** Told when a loop begins or ceases to gather; on that loop. */
  public interface Listener {
    void changed(boolean gathers);
  }

  private static final double LEAST_BUSY = 0.25;
  private static final double LEAST_ARRIVALS = 4;
  private static final double WANTED = 8;

  private final Pace.Worth worth;
  private final LongSupplier nanos;
  private final LongConsumer rest;
  private final Listener listener;
  private final Map<Executor, CoalescingIo> loops = new ConcurrentHashMap<>();

  /**
   * @param longest between two looks; 0 for none of it
   */
  public Coalescing(Duration longest, LongSupplier nanos, Listener listener) {
    this(
        new Pace.Worth(longest.toNanos(), LEAST_BUSY, LEAST_ARRIVALS, WANTED),
        nanos,
        Coalescing::rest,
        listener);
  }

  Coalescing(Pace.Worth worth, LongSupplier nanos, LongConsumer rest, Listener listener) {
    this.worth = worth;
    this.nanos = nanos;
    this.rest = rest;
    this.listener = listener;
  }

  /** Event loops as {@code plain} makes them, whose I/O may rest. */
  public IoHandlerFactory over(IoHandlerFactory plain) {
    if (worth.longestNanos() == 0) {
      return plain;
    }
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor loop) {
        var io = new CoalescingIo(plain.newHandler(loop), worth, nanos, rest, listener);
        loops.put(loop, io);
        return io;
      }

      @Override
      public boolean isChangingThreadSupported() {
        return plain.isChangingThreadSupported();
      }
    };
  }

  private static void rest(long nanos) {
    LockSupport.parkNanos(nanos);
  }

  /** Where messages are counted that come on a loop. */
  public Arrivals on(EventLoop loop) {
    CoalescingIo io = loops.get(loop);
    return io == null ? Arrivals.NONE : io;
  }
}
