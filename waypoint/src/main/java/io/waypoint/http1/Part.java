// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.buffer.VertxByteBufAllocator;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a body on their way from one connection to another.
 *
 * <p>Those read from a connection are lent: whoever is handed a part reads it, passes it on or
 * {@linkplain #kept() keeps} it before the call returns, and has nothing after it. So a body goes
 * through without being copied, and without anybody who drops a part having to release it.
 */
public final class Part {
  private final int length;
  private final int start;
  private @Nullable ByteBuf lent;
  private @Nullable Buffer kept;

  private Part(int length, int start, @Nullable ByteBuf lent, @Nullable Buffer kept) {
    this.length = length;
    this.start = start;
    this.lent = lent;
    this.kept = kept;
  }

  /** What nobody changes or releases. */
  public static Part of(Buffer bytes) {
    return new Part(bytes.length(), 0, null, bytes);
  }

  /**
   * The next bytes of a connection, until {@link #returned}.
   *
   * @param from its reader stays where it is
   */
  public static Part lent(ByteBuf from, int length) {
    return new Part(length, from.readerIndex(), from, null);
  }

  /** The lender takes its bytes back. */
  public void returned() {
    lent = null;
  }

  public int length() {
    return length;
  }

  public byte at(int index) {
    ByteBuf bytes = lent;
    return bytes == null ? mine().getByte(index) : bytes.getByte(start + index);
  }

  /** The same bytes for later: a copy if they are lent, made once. */
  public Buffer kept() {
    Buffer made = kept;
    if (made == null) {
      ByteBuf copy = VertxByteBufAllocator.DEFAULT.heapBuffer(length, length);
      copy.writeBytes(Objects.requireNonNull(lent, "the bytes were returned"), start, length);
      made = BufferInternal.buffer(copy);
      kept = made;
    }
    return made;
  }

  /** Copies them. */
  public void writeTo(ByteBuf to) {
    ByteBuf bytes = lent;
    if (bytes == null) {
      ByteBuf own = bytes(mine());
      to.writeBytes(own);
      own.release();
    } else {
      to.writeBytes(bytes, start, length);
    }
  }

  /** To be written to a channel, which releases it. Bytes that are lent stay as long. */
  public ByteBuf retained() {
    ByteBuf bytes = lent;
    return bytes == null ? bytes(mine()) : bytes.retainedSlice(start, length);
  }

  private Buffer mine() {
    return Objects.requireNonNull(kept, "the bytes were returned");
  }

  private static ByteBuf bytes(Buffer buffer) {
    return ((BufferInternal) buffer).getByteBuf();
  }
}
