// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which server a TLS client asks for, by the first bytes it sends (RFC 8446 sections 4.1.2 and 5.1,
 * RFC 6066 section 3). A hello may be spread over several records; what begins as TLS and goes on
 * otherwise is broken, not nameless, so that nobody hides a name by writing it badly.
 */
sealed interface ServerName {
  /** What a hello may be long; those of today's clients have 2 KiB. */
  int LONGEST = 16 * 1024;

  /**
   * More bytes are needed.
   *
   * @param enough how many there have to be before reading them again can tell more; whoever sends
   *     byte by byte is not read from the beginning for each
   */
  record Undecided(int enough) implements ServerName {}

  /**
   * @param name in lower case; null when the client names none, or when the bytes are not TLS
   */
  record Known(@Nullable String name) implements ServerName {}

  /** It is TLS, but not a hello that anybody should answer. */
  record Broken() implements ServerName {}

  ServerName NAMELESS = new Known(null);
  ServerName BROKEN = new Broken();

  /** Judges the first {@code count} bytes; of so many as {@link #LONGEST} it always tells. */
  static ServerName read(byte[] bytes, int count) {
    var message = ByteBuffer.allocate(count);
    boolean whole = true;
    for (int at = 0; at < count && whole; ) {
      boolean isTls = bytes[at] == 22 && (at + 1 == count || bytes[at + 1] == 3);
      if (!isTls) {
        return at == 0 ? NAMELESS : BROKEN;
      }
      if (count - at < 5) {
        break;
      }
      int length = (bytes[at + 3] & 0xff) << 8 | bytes[at + 4] & 0xff;
      if (length == 0 || length > 1 << 14) {
        return BROKEN;
      }
      int there = Math.min(length, count - at - 5);
      message.put(bytes, at + 5, there);
      at += 5 + length;
      whole = there == length && !isComplete(message);
    }
    ServerName found = ofMessage(message.flip(), count);
    if (found instanceof Undecided(int enough)) {
      return count >= LONGEST ? BROKEN : new Undecided(Math.min(enough, LONGEST));
    }
    return found;
  }

  private static boolean isComplete(ByteBuffer written) {
    int size = written.position();
    return size >= 4 && size >= 4 + length(written.duplicate().flip().position(1));
  }

  private static int length(ByteBuffer three) {
    return (three.get() & 0xff) << 16 | (three.get() & 0xff) << 8 | three.get() & 0xff;
  }

  private static ServerName ofMessage(ByteBuffer message, int count) {
    if (message.hasRemaining() && message.get(0) != 1) {
      return BROKEN;
    }
    if (message.remaining() < 4) {
      return new Undecided(count + 1);
    }
    message.get();
    int length = length(message);
    if (length > LONGEST - 4) {
      return BROKEN;
    }
    if (message.remaining() < length) {
      return new Undecided(count + length - message.remaining());
    }
    try {
      return ofHello(message.slice(message.position(), length));
    } catch (BufferUnderflowException
        | IndexOutOfBoundsException
        | IllegalArgumentException cutShort) {
      return BROKEN;
    }
  }

  private static ServerName ofHello(ByteBuffer hello) {
    hello.position(2 + 32);
    skip(hello, hello.get() & 0xff);
    skip(hello, hello.getShort() & 0xffff);
    skip(hello, hello.get() & 0xff);
    if (!hello.hasRemaining()) {
      return NAMELESS;
    }
    ServerName found = NAMELESS;
    boolean named = false;
    ByteBuffer extensions = part(hello, hello.getShort() & 0xffff);
    while (extensions.hasRemaining()) {
      int type = extensions.getShort() & 0xffff;
      ByteBuffer extension = part(extensions, extensions.getShort() & 0xffff);
      if (type == 0) {
        found = named ? BROKEN : ofExtension(extension);
        named = true;
      }
    }
    return hello.hasRemaining() ? BROKEN : found;
  }

  private static ServerName ofExtension(ByteBuffer extension) {
    ByteBuffer list = part(extension, extension.getShort() & 0xffff);
    int type = list.get();
    byte[] name = new byte[list.getShort() & 0xffff];
    list.get(name);
    for (byte c : name) {
      if (c <= ' ' || c == 0x7f) {
        return BROKEN;
      }
    }
    boolean only = !list.hasRemaining() && !extension.hasRemaining();
    return type == 0 && name.length > 0 && only
        ? new Known(new String(name, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT))
        : BROKEN;
  }

  private static void skip(ByteBuffer from, int length) {
    from.position(from.position() + length);
  }

  private static ByteBuffer part(ByteBuffer from, int length) {
    ByteBuffer part = from.slice(from.position(), length);
    skip(from, length);
    return part;
  }
}
