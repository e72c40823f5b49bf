// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;

/**
 * The reading half of a tunnel: hands to the pipeline what has arrived, as much and as soon as it
 * asks for, then the end. On the channel's loop, or its connection's while no server has taken it.
 */
final class TunnelInput {
  private static final int READS_PER_TURN = 16;

  private final TunnelChannel channel;
  private final InboundBytes inbound = new InboundBytes();
  private boolean readPending;
  private boolean delivering;

  TunnelInput(TunnelChannel channel) {
    this.channel = channel;
  }

  // What the stream tells.

  /**
   * @param more whether the rest comes at once, to be read together with it
   */
  void received(ByteBuf data, boolean more) {
    inbound.add(data);
    if (!more) {
      changed();
    }
  }

  void receivedEnd() {
    inbound.end();
    changed();
  }

  /** Nothing more will arrive, and what is missing is lost. */
  void fail(IOException cause) {
    inbound.fail(cause);
  }

  boolean hasEnded() {
    return inbound.hasEnded();
  }

  private void changed() {
    if (inbound.isWatched()) {
      inbound.changed();
    } else {
      deliver();
    }
  }

  // The first bytes, before a server has the tunnel.

  /**
   * Has {@code watcher} run whenever there is more to {@link #peek}, until {@link #stopWatching}.
   */
  void watch(Runnable watcher) {
    inbound.watch(watcher);
  }

  void stopWatching() {
    inbound.stopWatching();
  }

  boolean isWatched() {
    return inbound.isWatched();
  }

  void tellWatcherOfTheEnd() {
    inbound.changed();
    inbound.stopWatching();
  }

  /** How many bytes have arrived and were not read. */
  int size() {
    return inbound.size();
  }

  /** Copies the first bytes that have arrived into {@code target}; returns how many there are. */
  int peek(byte[] target) {
    return inbound.peek(target);
  }

  // Reading.

  /** The pipeline asks for one read, or goes on as long as auto-read is on. */
  void read() {
    readPending = true;
    deliver();
  }

  void forgetRead() {
    readPending = false;
  }

  /** Hands over what is asked for and there; the end when nothing else is. */
  void deliver() {
    if (delivering || !channel.isRegistered()) {
      return;
    }
    delivering = true;
    try {
      while (readPending && !inbound.isEmpty()) {
        readPending = false;
        deliverBatch(channel.pipeline());
      }
      if (inbound.takeEnd()) {
        deliverEnd();
      }
    } finally {
      delivering = false;
    }
  }

  private void deliverBatch(ChannelPipeline pipeline) {
    int bytes = 0;
    for (int reads = 0; reads < READS_PER_TURN; reads++) {
      ByteBuf data = inbound.poll();
      if (data == null) {
        break;
      }
      bytes += data.readableBytes();
      pipeline.fireChannelRead(data);
      if (!channel.config().isAutoRead()) {
        break;
      }
    }
    channel.taken(bytes);
    pipeline.fireChannelReadComplete();
  }

  private void deliverEnd() {
    IOException failure = inbound.failure();
    if (failure == null && channel.outlivesItsInput()) {
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      return;
    }
    if (failure != null) {
      channel.pipeline().fireExceptionCaught(failure);
    }
    channel.unsafe().close(channel.voidPromise());
  }

  /** Lets go of what nobody will read. */
  void drop() {
    for (ByteBuf data = inbound.poll(); data != null; data = inbound.poll()) {
      channel.discard(data);
    }
  }
}
