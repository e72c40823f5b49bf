// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The I/O of one event loop, at the pace that its load asks for. */
final class CoalescingIo implements IoHandler, Arrivals {
  /** How much is measured before the pace is thought of again. */
  static final long WINDOW_NANOS = 20_000_000;

  /** Not worth falling asleep for. */
  private static final long SHORTEST_REST_NANOS = 20_000;

  private final IoHandler io;
  private final LongSupplier nanos;
  private final LongConsumer rest;
  private final Coalescing.Listener listener;
  private @Nullable Timed timed;
  private Pace pace;
  private long turnBegan;
  private long windowBegan;
  private long idleNanos;
  private long arrivals;
  private double grown;

  /**
   * @param rest lets the thread sleep for so many nanoseconds, or less
   */
  CoalescingIo(
      IoHandler io,
      Pace.Worth worth,
      LongSupplier nanos,
      LongConsumer rest,
      Coalescing.Listener listener) {
    this.io = io;
    this.nanos = nanos;
    this.rest = rest;
    this.listener = listener;
    this.pace = Pace.prompt(worth);
    this.windowBegan = nanos.getAsLong();
    this.turnBegan = windowBegan;
  }

  @Override
  public boolean isGathering() {
    return pace.turnNanos() > 0;
  }

  @Override
  public void more(int messages, float more) {
    arrivals += messages;
    grown += more;
  }

  @Override
  public int run(IoHandlerContext context) {
    long now = nanos.getAsLong();
    if (now - windowBegan >= WINDOW_NANOS) {
      closeWindow(now);
    }
    if (isGathering() && context.canBlock()) {
      long left = Math.min(turnBegan + pace.turnNanos() - now, context.delayNanos(now));
      if (left >= SHORTEST_REST_NANOS) {
        rest.accept(left);
        long awake = nanos.getAsLong();
        idleNanos += awake - now;
        now = awake;
      }
    }
    turnBegan = now;
    Timed watched = watched(context);
    int handled = io.run(watched);
    idleNanos += nanos.getAsLong() - now - watched.activeNanos;
    arrivals += handled;
    return handled;
  }

  /** A loop has one context for all its turns. */
  private Timed watched(IoHandlerContext context) {
    Timed watched = timed;
    if (watched == null || watched.context != context) {
      watched = new Timed(context);
      timed = watched;
    }
    watched.activeNanos = 0;
    return watched;
  }

  private void closeWindow(long now) {
    long length = now - windowBegan;
    Pace next = pace.after(new Window(length, length - idleNanos, arrivals, grown));
    boolean gathers = next.turnNanos() > 0;
    if (gathers != isGathering()) {
      listener.changed(gathers);
    }
    pace = next;
    windowBegan = now;
    idleNanos = 0;
    arrivals = 0;
    grown = 0;
  }

  @Override
  public void initialize() {
    io.initialize();
  }

  @Override
  public void prepareToDestroy() {
    io.prepareToDestroy();
  }

  @Override
  public void destroy() {
    if (isGathering()) {
      listener.changed(false);
    }
    io.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return io.register(handle);
  }

  /** A rest is not cut short by it: whatever it is for waits as an arrival does. */
  @Override
  public void wakeup() {
    io.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> type) {
    return io.isCompatible(type);
  }

  /** The loop's context; besides, Netty tells here how long it was at work. */
  private static final class Timed implements IoHandlerContext {
    private final IoHandlerContext context;
    private long activeNanos;

    Timed(IoHandlerContext context) {
      this.context = context;
    }

    @Override
    public boolean canBlock() {
      return context.canBlock();
    }

    @Override
    public long delayNanos(long now) {
      return context.delayNanos(now);
    }

    @Override
    public long deadlineNanos() {
      return context.deadlineNanos();
    }

    @Override
    public void reportActiveIoTime(long active) {
      activeNanos += active;
      if (context.shouldReportActiveIoTime()) {
        context.reportActiveIoTime(active);
      }
    }

    @Override
    public boolean shouldReportActiveIoTime() {
      return true;
    }
  }
}
