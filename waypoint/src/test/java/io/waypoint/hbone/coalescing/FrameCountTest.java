// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FrameCountTest {
  private final FrameCount count = new FrameCount();

  private void alone(int... sizes) {
    for (int bytes : sizes) {
      assertThat(count.messages(bytes, false)).isEqualTo(bytes > 8_192 ? 0 : 1);
    }
  }

  private double gathered(int... sizes) {
    double sum = 0;
    for (int bytes : sizes) {
      sum += count.messages(bytes, true);
    }
    return sum;
  }

  @Test
  void framesAreMessagesUnlessTheyArePartsOfBodies() {
    alone(1, 200, 8_192, 8_193, 16_384);
  }

  @Test
  void whatHasGatheredCountsByTheUsualSize() {
    alone(200, 200, 200);
    assertThat(gathered(200)).isEqualTo(1);
    assertThat(gathered(800)).isEqualTo(4);
  }

  /** Nothing has gathered: their sum is what they are, whatever their sizes. */
  @Test
  void messagesOfAllSizesAreAsManyAsTheyWere() {
    int[] sizes = {100, 4_000, 250, 90, 2_100, 40};
    alone(sizes);
    assertThat(gathered(sizes)).isCloseTo(sizes.length, within(0.01));
  }

  /** Four answers of 2 KiB are a large frame, and no body. */
  @Test
  void whatHasGatheredMayBeLarge() {
    alone(2_100, 2_100);
    assertThat(gathered(8_400)).isEqualTo(4);
  }

  @Test
  void bodiesStayBodies() {
    alone(200, 16_384);
    assertThat(gathered(16_384)).isZero();
    assertThat(gathered(200)).isEqualTo(1);
  }

  @Test
  void ofAnUnknownTunnelAFrameIsOne() {
    assertThat(gathered(300)).isEqualTo(1);
    assertThat(gathered(16_384)).isZero();
  }

  /** From 10 bytes to 8 KiB is no gathering. */
  @Test
  void longerMessagesAreNotTakenForThatMany() {
    alone(10);
    assertThat(gathered(8_000)).isEqualTo(16);
  }

  /** What a tunnel is used for may change. */
  @Test
  void oldSizesAreForgotten() {
    for (int i = 0; i < 1_000; i++) {
      alone(100);
    }
    for (int i = 0; i < 500; i++) {
      alone(1_000);
    }
    assertThat(gathered(1_000)).isCloseTo(1, within(0.01));
  }
}
