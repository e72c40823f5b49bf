// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {
  @Test
  void readsItsPartsAndWritesThemAgain() {
    SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/sleep_2.x");
    assertThat(id.trustDomain()).isEqualTo(new TrustDomain("cluster.local"));
    assertThat(id.namespace()).isEqualTo("default");
    assertThat(id.serviceAccount()).isEqualTo("sleep_2.x");
    assertThat(id.uri()).isEqualTo("spiffe://cluster.local/ns/default/sa/sleep_2.x");
    assertThat(id).hasToString(id.uri());
  }

  @Test
  void isEqualByItsParts() {
    SpiffeId id = SpiffeId.of("td", "ns", "sa");
    assertThat(id).isEqualTo(SpiffeId.parse("spiffe://td/ns/ns/sa/sa")).hasSameHashCodeAs(id.uri());
    assertThat(id).isNotEqualTo(SpiffeId.of("td", "ns", "sb")).isNotEqualTo(null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spiffe://",
        "td/ns/a/sa/b",
        "SPIFFE://td/ns/a/sa/b",
        "https://td/ns/a/sa/b",
        "spiffe:/td/ns/a/sa/b",
        "spiffe:///ns/a/sa/b",
        "spiffe://TD/ns/a/sa/b",
        "spiffe://td:443/ns/a/sa/b",
        "spiffe://user@td/ns/a/sa/b",
        "spiffe://td/ns/a/sa/b/",
        "spiffe://td/ns/a/sa/b/c",
        "spiffe://td/ns/a/sa",
        "spiffe://td/ns/a/sa/",
        "spiffe://td/ns//sa/b",
        "spiffe://td//ns/a/sa/b",
        "spiffe://td/NS/a/sa/b",
        "spiffe://td/sa/b/ns/a",
        "spiffe://td/ns/./sa/b",
        "spiffe://td/ns/../sa/b",
        "spiffe://td/ns/a/sa/..",
        "spiffe://td/ns/a/sa/b?x=y",
        "spiffe://td/ns/a/sa/b#c",
        "spiffe://td/ns/a/sa/b%2Fc",
        "spiffe://td/ns/a/sa/b\u0000",
        "spiffe://td/ns/a/sa/b\n",
        "spiffe://td/ns/a/sa/b ",
        " spiffe://td/ns/a/sa/b",
        "spiffe://td/ns/a/sa/b,spiffe://td/ns/c/sa/d",
        "spiffe://td/ns/a/sa/ä",
        "spiffe://td\u0000.evil/ns/a/sa/b",
        "spiffe://tд/ns/a/sa/b",
      })
  void refusesEveryOtherSpelling(String uri) {
    assertThatThrownBy(() -> SpiffeId.parse(uri)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesPartsThatWouldForgeAnotherIdentity() {
    assertThatThrownBy(() -> SpiffeId.of("td", "a/sa/admin", "b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SpiffeId.of("td", "a", "b/c"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SpiffeId.of("td/ns/x", "a", "b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isAtMost2048CharactersLong() {
    String head = "spiffe://td/ns/a/sa/";
    assertThat(SpiffeId.parse(head + "b".repeat(2048 - head.length())).uri()).hasSize(2048);
    assertThatThrownBy(() -> SpiffeId.parse(head + "b".repeat(2049 - head.length())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SpiffeId.of("td", "a", "b".repeat(2048)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a/b", "a b", "a:1", "ä", "*"})
  void refusesTrustDomains(String name) {
    assertThatThrownBy(() -> new TrustDomain(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTrustDomainHasAtMost255Characters() {
    assertThat(new TrustDomain("a".repeat(255))).hasToString("a".repeat(255));
    assertThatThrownBy(() -> new TrustDomain("a".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
