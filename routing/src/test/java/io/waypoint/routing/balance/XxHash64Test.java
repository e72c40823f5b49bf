// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against published values of the algorithm. */
class XxHash64Test {
  @ParameterizedTest
  @CsvSource({
    "'', EF46DB3751D8E999",
    "a, D24EC4F1A98C6E5B",
    "abc, 44BC2CF5AD770999",
    "Nobody inspects the spammish repetition, FBCEA83C8A378BF1",
  })
  void yieldsThePublishedValues(String text, String hash) {
    assertThat(Long.toHexString(XxHash64.hash(text, 0))).isEqualToIgnoringCase(hash);
  }

  @Test
  void readsAPartAndMindsTheSeed() {
    assertThat(XxHash64.hash("xabcx", 1, 4, 0)).isEqualTo(XxHash64.hash("abc", 0));
    assertThat(XxHash64.hash("abc", 1)).isNotEqualTo(XxHash64.hash("abc", 0));
  }
}
