// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waypoint.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A scanner with a caller that keeps what is held, as the proxy does. */
final class Scan {
  /** Everything that can be seen from outside once all bytes are in. */
  record Outcome(
      String released, @Nullable Refusal refusal, boolean insideMessage, boolean headPending) {}

  /** A held head, its two spare blank lines, and a CR that may become a line end. */
  private static final int MOST_HELD =
      ScanLimits.DEFAULTS.requestLine() + ScanLimits.DEFAULTS.fields() + 16;

  final RequestScanner scanner = new RequestScanner(ScanLimits.DEFAULTS);
  private final ByteBuf held = Unpooled.buffer();
  private final ByteBuf released = Unpooled.buffer();

  static Outcome of(String bytes) {
    return new Scan().feed(bytes).outcome();
  }

  Scan feed(String bytes) {
    feed(bytes.getBytes(StandardCharsets.ISO_8859_1), 0, bytes.length());
    return this;
  }

  /** Returns how many bytes were let through. */
  int feed(byte[] bytes, int from, int to) {
    held.writeBytes(bytes, from, to - from);
    int before = held.readerIndex();
    int let = scanner.feed(held);
    assertThat(held.readerIndex()).isEqualTo(before);
    assertThat(let).isBetween(0, held.readableBytes());
    released.writeBytes(held, let);
    held.discardReadBytes();
    if (scanner.refusal() != null) {
      held.clear();
    } else if (!scanner.upgradePending()) {
      assertThat(held.readableBytes()).isLessThanOrEqualTo(MOST_HELD);
    }
    return let;
  }

  /** The decoder's view: what was let through. */
  ByteBuf released() {
    return released;
  }

  int heldBytes() {
    return held.readableBytes();
  }

  Outcome outcome() {
    return new Outcome(
        released.toString(StandardCharsets.ISO_8859_1),
        scanner.refusal(),
        scanner.insideMessage(),
        scanner.headPending());
  }
}
