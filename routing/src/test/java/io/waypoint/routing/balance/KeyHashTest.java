// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyHashTest {
  @Test
  void findsACookieAmongOthers() {
    long jason = KeyHash.of("jason");
    assertThat(KeyHash.ofCookie("a=1; user=jason; b=2", "user")).isEqualTo(jason);
    assertThat(KeyHash.ofCookie("user=jason", "user")).isEqualTo(jason);
    assertThat(KeyHash.ofCookie("xuser=eve;user=jason;user=eve", "user")).isEqualTo(jason);
  }

  @Test
  void findsAParameterAmongOthers() {
    assertThat(KeyHash.ofParameter("q=&user=jason&x", "user")).isEqualTo(KeyHash.of("jason"));
    assertThat(KeyHash.ofParameter("user=", "user")).isEqualTo(KeyHash.ABSENT);
  }

  @Test
  void whatIsNotThereHasNoHash() {
    assertThat(KeyHash.of(null)).isEqualTo(KeyHash.ABSENT);
    assertThat(KeyHash.ofCookie(null, "user")).isEqualTo(KeyHash.ABSENT);
    assertThat(KeyHash.ofCookie("users=1; user", "user")).isEqualTo(KeyHash.ABSENT);
    assertThat(KeyHash.ofParameter("", "user")).isEqualTo(KeyHash.ABSENT);
  }
}
