// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffLimitsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::7f00:1",
        "fe80::1",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "64:ff9b::6464:64c8",
        "64:ff9b:1::a9fe:a9fe",
        "64:ff9b:1::127.0.0.1",
        "64:ff9b:1:a9fe:a9:fe00::",
        "64:ff9b:1:a9:fe:a9fe::",
        "64:ff9b:1:0:a9:fea9:fe00:0",
        "2002:a9fe:a9fe::1",
        "2002:7f00:1::",
        "2002:0:1::",
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "ff02::1",
        "240.240.0.1",
        "255.255.255.255"
      })
  void nobodySendsUsThere(String address) {
    assertThat(OffLimits.why(InetAddress.ofLiteral(address))).as(address).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
  void inAClusterOurOwnDoorsAreNobodyElses(String address) {
    assertThat(OffLimits.why(InetAddress.ofLiteral(address))).as(address).isNull();
    assertThat(OffLimits.whyInCluster(InetAddress.ofLiteral(address))).as(address).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.201",
        "192.168.1.1",
        "8.8.8.8",
        "fd00::1",
        "2001::1",
        "2002:a00:1::1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "64:ff9b:1:a00:0:100::"
      })
  void hostsAreCalled(String address) {
    assertThat(OffLimits.whyInCluster(InetAddress.ofLiteral(address))).as(address).isNull();
  }
}
