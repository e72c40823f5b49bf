// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DATA frames that come in several records of TLS, however they are cut. */
class FramePartsTest {
  private static final int PADDED = 8;
  private static final int FRAMES = 12;

  private final Random random = new Random(7);
  private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
  private HboneRig rig;

  @BeforeEach
  void start() {
    rig = new HboneRig();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  /** Frames of text, every other one with padding, which must not be taken for text. */
  private byte[] frames(int stream, IntSupplier size) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < FRAMES; i++) {
      byte[] text = new byte[size.getAsInt()];
      for (int at = 0; at < text.length; at++) {
        text[at] = (byte) ('a' + random.nextInt(26));
      }
      expected.writeBytes(text);
      int padding = i % 2 == 0 ? 0 : random.nextInt(200);
      byte[] payload = text;
      if (i % 2 == 1) {
        payload = new byte[1 + text.length + padding];
        payload[0] = (byte) padding;
        System.arraycopy(text, 0, payload, 1, text.length);
      }
      all.writeBytes(
          new RawFrame(RawFrame.DATA, i % 2 == 1 ? PADDED : 0, stream, payload).encoded());
    }
    return all.toByteArray();
  }

  private static void send(RawPeer peer, byte[] all, IntSupplier record) {
    for (int from = 0; from < all.length; ) {
      int to = Math.min(all.length, from + record.getAsInt());
      peer.bytes(Arrays.copyOfRange(all, from, to));
      from = to;
    }
  }

  private void arrives(IntSupplier frame, IntSupplier record) {
    BlockingQueue<Probe> probes = rig.serveProbes(channel -> {});
    try (RawPeer peer = rig.peer()) {
      int stream = peer.open("10.96.0.1:80");
      Probe probe = Probe.next(probes);
      send(peer, frames(stream, frame), record);
      probe.awaitBytes(expected.size());
      peer.barrier();

      assertThat(probe.text()).isEqualTo(expected.toString(StandardCharsets.US_ASCII));
      assertThat(rig.serverTransport.unread().current()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 4_095, 4_096, 5_000, 16_384})
  void recordsOfOneSize(int record) {
    arrives(() -> record == 1 ? 300 : 16_384, () -> record);
  }

  @Test
  void largestFramesInRecordsOfAnySize() {
    arrives(
        () -> 15_000 + random.nextInt(5_000),
        () -> random.nextInt(4) == 0 ? 1 + random.nextInt(40) : 4_000 + random.nextInt(12_384));
  }

  @Test
  void manySmallFramesAmongLargeOnes() {
    arrives(
        () -> random.nextBoolean() ? random.nextInt(30) : 16_000 + random.nextInt(380),
        () -> 1 + random.nextInt(16_384));
  }

  /** Whoever sends a frame byte for byte costs a frame, not a link for each byte. */
  @Test
  void aFrameByteForByteAfterLargeParts() {
    int[] sent = {0};
    arrives(() -> 6_000, () -> sent[0]++ % 200 == 0 ? 5_000 : 37);
  }

  @Test
  void whatIsLinked() {
    FrameParts parts = new FrameParts();
    parts.frame(300);
    assertThat(isLinked(parts, 200, 16_384)).as("a small frame that a large record ends").isFalse();
    assertThat(isLinked(parts, 16_384, 16_384)).as("the first large frame").isTrue();
    assertThat(isLinked(parts, 16_384, 200)).as("a small rest").isFalse();
    parts.frame(16_384);
    assertThat(isLinked(parts, 200, 16_384)).as("among large frames").isTrue();
    parts.frame(300);
    assertThat(isLinked(parts, 200, 16_384)).as("small ones once more").isFalse();
  }

  /** To copy a large part to what is linked would take as much again as is held. */
  @Test
  void whatIsLinkedTakesALargePartWithoutRoomBeside() {
    FrameParts parts = new FrameParts();
    CompositeByteBuf held = ByteBufAllocator.DEFAULT.compositeDirectBuffer(100);
    for (int i = 0; i < 20; i++) {
      held.addComponent(true, ByteBufAllocator.DEFAULT.directBuffer(10, 10).writeZero(10));
    }
    ByteBuf next = ByteBufAllocator.DEFAULT.directBuffer(16_384, 16_384).writeZero(16_384);
    ByteBuf both = parts.cumulate(ByteBufAllocator.DEFAULT, held, next);
    try {
      assertThat(both.capacity()).isEqualTo(200 + 16_384);
    } finally {
      both.release();
    }
  }

  private static boolean isLinked(FrameParts parts, int held, int next) {
    ByteBuf both =
        parts.cumulate(
            ByteBufAllocator.DEFAULT,
            ByteBufAllocator.DEFAULT.directBuffer(held, held).writeZero(held),
            ByteBufAllocator.DEFAULT.directBuffer(next, next).writeZero(next));
    try {
      assertThat(both.readableBytes()).isEqualTo(held + next);
      return both instanceof CompositeByteBuf;
    } finally {
      both.release();
    }
  }
}
