// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests, one after the other (RFC 9112 section 3). A head and a first part that is small
 * make one write. Whatever is wrong with a write shows as the end of the connection; a body must be
 * what its head says, or nothing could follow it.
 *
 * <pre>
 *   begin ─► field … ─► chunked? ─► sendHead ─► send …, the last ─► ended
 *                                       └────── switched: bytes
 * </pre>
 */
final class RequestWriter implements Runnable {
  private static final int USUAL_HEAD = 512;

  /** Up to this a part is copied behind what goes before it. */
  private static final int SMALL = 4 * 1024;

  private static final byte[] VERSION_AND_HOST =
      " HTTP/1.1\r\nhost: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKED =
      "transfer-encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ChannelHandlerContext ctx;
  private @Nullable ByteBuf head;
  private boolean headSent;
  private boolean chunked;
  private boolean stated;
  private boolean switched;
  private boolean ended = true;
  private boolean flushing;
  private long left;

  RequestWriter(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  /** Whether a request is complete, or none has begun. */
  boolean isEnded() {
    return ended;
  }

  boolean isHeadSent() {
    return headSent;
  }

  /** Begins a request; a target, method or host that is none is refused. */
  void begin(String method, String target, String host) {
    headSent = false;
    chunked = false;
    stated = false;
    ended = false;
    left = 0;
    ByteBuf to = ctx.alloc().directBuffer(USUAL_HEAD);
    head = to;
    Text.writeToken(method, to);
    to.writeByte(' ');
    Text.writeWord(target, to);
    to.writeBytes(VERSION_AND_HOST);
    Text.writeWord(host, to);
    to.writeShort(Text.CRLF);
  }

  /** Adds a field. Framing is ours: a length is stated once, and a host is named already. */
  void field(String name, String value) {
    ByteBuf to = open();
    switch (name.length()) {
      case 4 -> refuse(Text.same("host", name));
      case 14 -> {
        if (Text.same("content-length", name)) {
          refuse(stated || chunked);
          stated = true;
          left = Lengths.parse(value);
          refuse(left < 0);
        }
      }
      case 17 -> refuse(Text.same("transfer-encoding", name));
      default -> {}
    }
    Text.writeToken(name, to);
    to.writeShort(Text.COLON_SPACE);
    Text.writeValue(value, to);
    to.writeShort(Text.CRLF);
  }

  private static void refuse(boolean bad) {
    if (bad) {
      throw new IllegalArgumentException("a field frames the request");
    }
  }

  private ByteBuf open() {
    ByteBuf to = head;
    if (to == null) {
      throw new IllegalStateException("the head has been sent");
    }
    return to;
  }

  /** A body of unknown length follows. */
  void chunked() {
    refuse(stated);
    chunked = true;
    open().writeBytes(CHUNKED);
  }

  /** Sends the head by itself. */
  void sendHead() {
    write(closeHead(open()));
  }

  private ByteBuf closeHead(ByteBuf to) {
    head = null;
    headSent = true;
    to.writeShort(Text.CRLF);
    return to;
  }

  /** From here on there are no messages, only bytes. */
  void switched() {
    switched = true;
  }

  /**
   * Sends a part of the body, behind the head if that waits.
   *
   * @return whether it is what the head has announced; if not nothing was sent
   */
  boolean send(@Nullable Part part, boolean last) {
    int length = part == null ? 0 : part.length();
    if (!chunked && !switched) {
      left -= length;
      if (left < 0 || last && left > 0) {
        return false;
      }
    }
    ended |= last;
    ByteBuf out = head == null ? null : closeHead(head);
    if (part != null && length > 0) {
      out = body(out, part, length);
    }
    if (chunked && last) {
      out = out == null ? ctx.alloc().directBuffer(8) : out;
      Chunks.last(out, null);
    }
    if (out != null) {
      write(out);
    }
    return true;
  }

  private @Nullable ByteBuf body(@Nullable ByteBuf before, Part part, int length) {
    ByteBuf out = before;
    if (chunked) {
      out = out == null ? ctx.alloc().directBuffer(Math.min(length, SMALL) + 16) : out;
      Chunks.line(out, length);
    }
    if (length <= SMALL) {
      out = out == null ? ctx.alloc().directBuffer(length) : out;
      part.writeTo(out);
    } else {
      if (out != null) {
        write(out);
      }
      write(part.retained());
      out = null;
    }
    if (chunked) {
      out = out == null ? ctx.alloc().directBuffer(8) : out;
      Chunks.end(out);
    }
    return out;
  }

  private void write(ByteBuf bytes) {
    ctx.write(bytes, ctx.voidPromise());
    if (!flushing) {
      flushing = true;
      ctx.executor().execute(this);
    }
  }

  /** At the end of the loop's turn: what was written since goes out together. */
  @Override
  public void run() {
    flushing = false;
    ctx.flush();
  }

  /** Sends all there is, and then {@code sent}. */
  void flush(Runnable sent) {
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> sent.run());
  }

  /** What was not sent never will be. */
  void drop() {
    ByteBuf unsent = head;
    head = null;
    ended = true;
    if (unsent != null) {
      unsent.release();
    }
  }
}
