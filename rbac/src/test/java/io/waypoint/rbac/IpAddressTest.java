// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "10.1.2.3, 10.1.2.3",
    "::, 0:0:0:0:0:0:0:0",
    "2001:DB8::1, 2001:db8:0:0:0:0:0:1",
    "::ffff:10.1.2.3, 10.1.2.3",
    "::ffff:0a01:0203, 10.1.2.3",
  })
  void readsLiterals(String text, String canonical) throws Exception {
    assertThat(IpAddress.parse(text)).hasToString(canonical);
    assertThat(IpAddress.parse(text)).isEqualTo(IpAddress.of(InetAddress.ofLiteral(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "localhost", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ",
            "0x7f.0.0.1",
        "1.2.3.-4", "1.2..4", "::1%eth0", "[::1]", "1:2", ":::", "g::", "::1/128", "٣.1.1.1"
      })
  void refusesEverythingElseWithoutLookingItUp(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "::/129",
        "::ffff:10.0.0.0/8",
        "10.0.0.0/+8",
        "/8",
        "10.0.0/8"
      })
  void refusesMalformedBlocks(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
