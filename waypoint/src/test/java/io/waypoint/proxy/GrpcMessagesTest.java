// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.waypoint.http1.Part;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GrpcMessagesTest {
  private static Buffer stream(int messages, Random random) {
    Buffer stream = Buffer.buffer();
    for (int i = 0; i < messages; i++) {
      int length = random.nextInt(40);
      stream.appendByte((byte) random.nextInt(2)).appendInt(length);
      stream.appendBytes(new byte[length]);
    }
    return stream;
  }

  @Test
  void countsWhateverTheChunksAre() {
    for (int seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      Buffer stream = stream(100, random);
      var messages = new GrpcMessages();
      int count = 0;
      for (int at = 0; at < stream.length(); ) {
        int end = Math.min(stream.length(), at + 1 + random.nextInt(20));
        count += messages.count(Part.of(stream.slice(at, end)));
        at = end;
      }
      assertThat(count).as("seed " + seed).isEqualTo(100);
    }
  }

  @Test
  void aLengthOfAllOnesIsFourGibibytesNotNegative() {
    var messages = new GrpcMessages();
    assertThat(messages.count(Part.of(Buffer.buffer().appendByte((byte) 0).appendInt(-1))))
        .isEqualTo(1);
    assertThat(messages.count(Part.of(Buffer.buffer(new byte[1_000_000])))).isZero();
  }
}
