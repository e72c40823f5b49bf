// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The stream of a tunnel that is served on another loop than its connection's. Bytes cross in
 * batches; what has crossed and is not sent yet is bounded, so back-pressure reaches the channel as
 * it does without a bridge.
 */
final class LoopBridge implements StreamPort {
  private static final int LIMIT = 256 * 1024;

  private final TunnelStream stream;
  private final EventLoop connection;
  private final TunnelChannel channel;
  private final Queue<ByteBuf> crossing = new ConcurrentLinkedQueue<>();
  private final AtomicInteger outstanding = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean waiting = new AtomicBoolean();

  /** On the connection's loop: what has crossed and waits for the window. */
  private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();

  private long total;
  private boolean lingering;

  /** What follows the last byte that crosses. */
  private enum Last {
    NOTHING,
    END,
    RELEASE
  }

  private volatile Last last = Last.NOTHING;

  LoopBridge(TunnelStream stream, EventLoop connection, TunnelChannel channel) {
    this.stream = stream;
    this.connection = connection;
    this.channel = channel;
    stream.onBudget(this::send);
  }

  @Override
  public int budget() {
    return LIMIT - outstanding.get();
  }

  @Override
  public void send(ByteBuf data) {
    outstanding.addAndGet(data.readableBytes());
    crossing.add(data);
  }

  @Override
  public void awaitBudget() {
    waiting.set(true);
    flush();
  }

  @Override
  public void flush() {
    if (scheduled.compareAndSet(false, true)) {
      connection.execute(this::send);
    }
  }

  private void send() {
    scheduled.set(false);
    Last then = last;
    for (ByteBuf data = crossing.poll(); data != null; data = crossing.poll()) {
      arrived.add(data);
    }
    int sent = 0;
    for (ByteBuf data = arrived.peek(); data != null; data = arrived.peek()) {
      int budget = stream.isOpen() ? stream.budget() : Integer.MAX_VALUE;
      if (budget <= 0) {
        stream.awaitBudget();
        break;
      }
      int bytes = Math.min(budget, data.readableBytes());
      sent += bytes;
      if (!stream.isOpen()) {
        arrived.remove().release();
      } else if (bytes == data.readableBytes()) {
        stream.send(arrived.remove());
      } else {
        stream.send(data.readRetainedSlice(bytes));
      }
    }
    outstanding.addAndGet(-sent);
    total += sent;
    if (arrived.isEmpty()) {
      switch (then) {
        case NOTHING -> {}
        case END -> stream.sendEnd();
        case RELEASE -> stream.release();
      }
    } else if (then == Last.RELEASE) {
      lingerOnce();
    }
    stream.flush();
    // Whether or not this call sent anything: an earlier one may have, just before the channel
    // waited.
    if (outstanding.get() < LIMIT && waiting.compareAndSet(true, false)) {
      channel.budgetAvailable();
    }
  }

  /**
   * The channel is gone; a peer that takes nothing more for a while does not keep its rest here.
   */
  private void lingerOnce() {
    if (!lingering) {
      lingering = true;
      long before = total;
      long millis = stream.connection.transport.settings().linger().toMillis();
      connection.schedule(() -> lingered(before), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void lingered(long before) {
    lingering = false;
    if (!arrived.isEmpty()) {
      if (total == before) {
        stream.reset(Http2Error.CANCEL);
      }
      send();
    }
  }

  @Override
  public void returnCredit(int bytes) {
    connection.execute(() -> stream.returnCredit(bytes));
  }

  @Override
  public void sendEnd() {
    last = Last.END;
    connection.execute(this::send);
  }

  @Override
  public void release() {
    last = Last.RELEASE;
    connection.execute(this::send);
  }

  @Override
  public void reset(Http2Error error) {
    connection.execute(() -> stream.reset(error));
  }
}
