// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PartTest {
  private final ByteBuf connection =
      PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes("..part...".getBytes());

  @AfterEach
  void nobodyElseHoldsTheBytesOfTheConnection() {
    assertThat(connection.refCnt()).isOne();
    connection.release();
  }

  private Part lent() {
    return Part.lent(connection.readerIndex(2), 4);
  }

  private static String text(ByteBuf bytes) {
    String text = bytes.toString(StandardCharsets.US_ASCII);
    bytes.release();
    return text;
  }

  @Test
  void lentBytesAreReadWithoutMovingTheReader() {
    Part part = lent();
    assertThat(part.length()).isEqualTo(4);
    assertThat(part.at(0)).isEqualTo((byte) 'p');
    assertThat(part.at(3)).isEqualTo((byte) 't');
    ByteBuf out = Unpooled.buffer();
    part.writeTo(out);
    assertThat(text(out)).isEqualTo("part");
    assertThat(connection.readerIndex()).isEqualTo(2);
  }

  @Test
  void whatIsWrittenToChannelsOutlivesTheLoan() {
    Part part = lent();
    ByteBuf one = part.retained();
    ByteBuf other = part.retained();
    part.returned();
    assertThat(connection.refCnt()).isEqualTo(3);
    one.skipBytes(2);
    assertThat(text(other)).isEqualTo("part");
    assertThat(text(one)).isEqualTo("rt");
  }

  @Test
  void whatIsKeptIsCopiedOnceAndOutlivesTheLoan() {
    Part part = lent();
    Buffer kept = part.kept();
    assertThat(part.kept()).isSameAs(kept);
    part.returned();
    connection.setByte(2, 'x');
    assertThat(kept.toString()).isEqualTo("part");
    assertThat(part.at(1)).isEqualTo((byte) 'a');
    assertThat(text(part.retained())).isEqualTo("part");
  }

  @Test
  void aLoanThatHasEndedGivesNothing() {
    Part part = lent();
    part.returned();
    assertThatThrownBy(part::kept).hasMessageContaining("returned");
    assertThatThrownBy(part::retained).hasMessageContaining("returned");
    assertThatThrownBy(() -> part.at(0)).hasMessageContaining("returned");
    ByteBuf out = Unpooled.buffer();
    assertThatThrownBy(() -> part.writeTo(out)).hasMessageContaining("returned");
    out.release();
  }

  @Test
  void bytesOfOnesOwnCanBeUsedAgainAndAgain() {
    Buffer own = Buffer.buffer("mine");
    Part part = Part.of(own);
    assertThat(part.kept()).isSameAs(own);
    for (int i = 0; i < 2; i++) {
      assertThat(text(part.retained())).isEqualTo("mine");
      ByteBuf out = Unpooled.buffer();
      part.writeTo(out);
      assertThat(text(out)).isEqualTo("mine");
    }
    assertThat(part.at(3)).isEqualTo((byte) 'e');
  }
}
