// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What has arrived and was not read yet, in order. It owns what is added until it is released. */
final class Unread {
  private @Nullable ByteBuf first;

  /** What came while the first one was not read to its end; seldom anything. */
  private @Nullable ArrayDeque<ByteBuf> more;

  void add(ByteBuf bytes) {
    if (first == null) {
      first = bytes;
      return;
    }
    if (more == null) {
      more = new ArrayDeque<>(4);
    }
    more.add(bytes);
  }

  /** The next bytes; null when there are none. They stay here. */
  @Nullable ByteBuf next() {
    ByteBuf next = first;
    while (next != null && !next.isReadable()) {
      next.release();
      next = more == null ? null : more.poll();
      first = next;
    }
    return next;
  }

  /** Whether anything is behind the bytes that are read now. */
  boolean isMore() {
    return more != null && !more.isEmpty();
  }

  void release() {
    ByteBuf next = first;
    first = null;
    while (next != null) {
      next.release();
      next = more == null ? null : more.poll();
    }
  }
}
