// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.waypoint.hbone.coalescing.FrameCount;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 stream of a connection and the channel on top of it. Everything here happens on the
 * connection's loop.
 *
 * <pre>
 *   OPENING ──answered──► OPEN ──release()──► LINGERING ──peer ends, or linger time──► closed
 *      └───────────────────┴──reset(), RST_STREAM, connection lost──────────────────► closed
 * </pre>
 *
 * A lingering stream has no channel any more: what the peer still sends is discarded and its credit
 * returned, for a while, because a stream that we ended should end with END_STREAM and not with a
 * reset.
 */
final class TunnelStream implements StreamPort {
  /** Within it a reset by the peer may be meant to cost us more than it costs. */
  private static final long FRUITLESS_NANOS = 1_000_000_000L;

  final HboneConnection connection;
  final Http2Stream stream;
  final FrameCount frameCount = new FrameCount();
  private @Nullable TunnelChannel channel;
  private boolean endSent;
  private boolean counted;
  private long askedAt;

  /** Whether {@link WriteTurns} holds this tunnel. */
  boolean queued;

  private boolean waiting;
  private @Nullable Runnable budgetListener;

  /** Bytes handed to the encoder that its flow controller has not been seen to write yet. */
  private int handed;

  TunnelStream(HboneConnection connection, Http2Stream stream) {
    this.connection = connection;
    this.stream = stream;
  }

  void attach(@Nullable TunnelChannel channel) {
    this.channel = channel;
  }

  /** The peer has asked for this tunnel; from now on we work for it. */
  void asked() {
    counted = true;
    askedAt = connection.transport.nanos().getAsLong();
  }

  /**
   * Whether the peer had work done that it cannot have used: it was neither refused, nor has any
   * byte been sent, nor is it older than a moment.
   */
  boolean isFruitless() {
    return counted && connection.transport.nanos().getAsLong() - askedAt < FRUITLESS_NANOS;
  }

  /** The CONNECT was refused: a reset in return is what ztunnel does. */
  void refused() {
    counted = false;
    channel = null;
  }

  /** Has {@code listener} told instead of the channel when bytes may be sent again. */
  void onBudget(Runnable listener) {
    budgetListener = listener;
  }

  /** Whether our direction is still open. */
  boolean isOpen() {
    return !endSent && stream.state().localSideOpen();
  }

  @Nullable TunnelChannel channel() {
    return channel;
  }

  // What the connection tells.

  /**
   * Takes over a reference that the caller retained.
   *
   * @param more whether the rest of its frame follows at once: it is read together with that
   */
  void received(ByteBuf data, boolean more) {
    TunnelChannel target = channel;
    int bytes = data.readableBytes();
    if (target == null) {
      data.release();
      returnCredit(bytes);
      return;
    }
    connection.transport.unread().add(bytes);
    target.received(data, more);
  }

  void receivedEnd() {
    TunnelChannel target = channel;
    if (target != null) {
      target.receivedEnd();
    }
  }

  void closed(@Nullable Throwable cause) {
    TunnelChannel target = channel;
    channel = null;
    stopWaiting();
    if (target != null) {
      target.streamClosed(cause);
    }
    if (budgetListener != null) {
      // What crossed from another loop and can no longer be sent is let go of.
      budgetListener.run();
    }
  }

  private void stopWaiting() {
    waiting = false;
    connection.turns().leave(this);
  }

  boolean isWaiting() {
    return waiting;
  }

  void budgetMayHaveGrown() {
    if (!waiting || budget() <= 0) {
      return;
    }
    waiting = false;
    TunnelChannel target = channel;
    if (budgetListener != null) {
      budgetListener.run();
    } else if (target != null) {
      target.budgetAvailable();
    }
  }

  // What the channel asks.

  @Override
  public int budget() {
    if (endSent) {
      return 0;
    }
    if (handed > 0 && !connection.hasPending(stream)) {
      handed = 0;
    }
    return connection.budget(stream, handed);
  }

  @Override
  public void send(ByteBuf data) {
    counted = false;
    handed += data.readableBytes();
    connection.writeData(this, data);
  }

  @Override
  public void awaitBudget() {
    waiting = true;
    connection.turns().join(this);
  }

  @Override
  public void flush() {
    connection.flushSoon();
  }

  @Override
  public void returnCredit(int bytes) {
    connection.returnCredit(stream, bytes);
  }

  @Override
  public void sendEnd() {
    if (!endSent) {
      endSent = true;
      connection.writeEnd(this);
    }
  }

  @Override
  public void release() {
    channel = null;
    stopWaiting();
    sendEnd();
    connection.linger(this);
  }

  @Override
  public void reset(Http2Error error) {
    channel = null;
    stopWaiting();
    endSent = true;
    connection.reset(stream, error);
  }
}
