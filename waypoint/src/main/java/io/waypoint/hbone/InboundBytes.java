// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived for a tunnel and was not read yet, and how its input ended: not at all, in
 * order, or with a failure. Until a server takes the tunnel, a watcher may look at the first bytes.
 */
final class InboundBytes {
  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
  private @Nullable Runnable watcher;
  private @Nullable IOException failure;
  private int size;
  private boolean ended;
  private boolean endTold;
  private boolean failureTold;

  void add(ByteBuf data) {
    queue.add(data);
    size += data.readableBytes();
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** The next bytes, now the caller's; null when there are none. */
  @Nullable ByteBuf poll() {
    ByteBuf data = queue.poll();
    if (data != null) {
      size -= data.readableBytes();
    }
    return data;
  }

  /** How many bytes there are. */
  int size() {
    return size;
  }

  /** Copies the first bytes into {@code target}; returns how many there are. */
  int peek(byte[] target) {
    int count = 0;
    for (ByteBuf data : queue) {
      int take = Math.min(target.length - count, data.readableBytes());
      data.getBytes(data.readerIndex(), target, count, take);
      count += take;
      if (count == target.length) {
        break;
      }
    }
    return count;
  }

  /** Nothing more will arrive. */
  void end() {
    ended = true;
  }

  /** Nothing more will arrive, and what is missing is lost. */
  void fail(IOException cause) {
    ended = true;
    failure = cause;
  }

  boolean hasEnded() {
    return ended;
  }

  @Nullable IOException failure() {
    return failure;
  }

  /** Whether the end is next and was not told yet; a failure after the end is told as well. */
  boolean takeEnd() {
    if (!ended || !queue.isEmpty() || (failure == null ? endTold : failureTold)) {
      return false;
    }
    endTold = true;
    failureTold = failure != null;
    return true;
  }

  // The first bytes.

  void watch(Runnable runnable) {
    watcher = runnable;
  }

  void stopWatching() {
    watcher = null;
  }

  boolean isWatched() {
    return watcher != null;
  }

  /** Tells the watcher that something has changed. */
  void changed() {
    if (watcher != null) {
      watcher.run();
    }
  }
}
