// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
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
  final HboneConnection connection;
  final Http2Stream stream;
  private @Nullable TunnelChannel channel;
  private boolean endSent;
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

  /** Takes over a reference that the caller retained. */
  void received(ByteBuf data) {
    TunnelChannel target = channel;
    int bytes = data.readableBytes();
    if (target == null) {
      data.release();
      returnCredit(bytes);
      return;
    }
    connection.transport.unread().add(bytes);
    target.received(data);
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
    waiting = false;
    if (target != null) {
      target.streamClosed(cause);
    }
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
    handed += data.readableBytes();
    connection.writeData(this, data, false);
  }

  @Override
  public void awaitBudget() {
    waiting = true;
    connection.wait(this);
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
    waiting = false;
    sendEnd();
    connection.linger(this);
  }

  @Override
  public void reset(Http2Error error) {
    channel = null;
    waiting = false;
    endSent = true;
    connection.reset(stream, error);
  }
}
