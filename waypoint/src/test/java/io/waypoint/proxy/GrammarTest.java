// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.http1.Lengths;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small texts of HTTP. */
class GrammarTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "reviews",
        "reviews.default.svc.cluster.local:9080",
        "10.0.0.1",
        "10.0.0.1:1",
        "[::1]",
        "[2001:db8::1]:65535",
        "under_score",
        "trailing.dot."
      })
  void acceptsAuthorities(String text) {
    assertThat(Authority.isValid(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "a:",
        "a:0",
        "a:65536",
        "a:080808",
        "a:+1",
        "a:b",
        "user@a",
        "a/b",
        "a b",
        "a\\b",
        "a%00",
        "a\u0000",
        "a\u00e4",
        "[::1",
        "[]",
        "[::g]",
        "[::1]x",
        "::1",
        "a:1:2"
      })
  void refusesWhatIsNoAuthority(String text) {
    assertThat(Authority.isValid(text)).isFalse();
  }

  @Test
  void refusesAnAuthorityBeyondAllNames() {
    assertThat(Authority.isValid("a".repeat(300))).isFalse();
  }

  @Test
  void findsTokensAsWholes() {
    assertThat(Tokens.contains("close", "close")).isTrue();
    assertThat(Tokens.contains("keep-alive, Upgrade", "upgrade")).isTrue();
    assertThat(Tokens.contains("x-close,y", "close")).isFalse();
    assertThat(Tokens.contains("closed", "close")).isFalse();
    assertThat(Tokens.contains("", "close")).isFalse();
    List<String> seen = new ArrayList<>();
    Tokens.each(" a ,,b,\tc", seen::add);
    assertThat(seen).containsExactly("a", "b", "c");
  }

  @Test
  void readsLengthsStrictly() {
    assertThat(Lengths.parse("0")).isZero();
    assertThat(Lengths.parse("123")).isEqualTo(123);
    for (String wrong : List.of("", "+1", "-1", "1 ", "0x1", "9".repeat(19), "\u0661")) {
      assertThat(Lengths.parse(wrong)).as(wrong).isEqualTo(Lengths.UNKNOWN);
    }
  }

  @Test
  void splitsAbsoluteTargets() {
    assertThat(AbsoluteTarget.parse("http://a:1/b?c")).isEqualTo(new AbsoluteTarget("a:1", "/b?c"));
    assertThat(AbsoluteTarget.parse("HTTPS://a")).isEqualTo(new AbsoluteTarget("a", "/"));
    assertThat(AbsoluteTarget.parse("http://a?b")).isEqualTo(new AbsoluteTarget("a", "/?b"));
    assertThat(AbsoluteTarget.parse("ftp://a/")).isNull();
    assertThat(AbsoluteTarget.parse("http:/a")).isNull();
  }

  @Test
  void knowsWhatStaysBehind() {
    for (String name :
        List.of(
            "Connection",
            "keep-alive",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "HTTP2-Settings")) {
      assertThat(HopByHop.is(name)).as(name).isTrue();
    }
    assertThat(HopByHop.is("x-te")).isFalse();
    for (String name :
        List.of(
            "Host",
            "Cookie",
            "Authorization",
            "Content-Length",
            "Content-Type",
            "X-Request-Id",
            "X-Forwarded-For",
            "X-Forwarded-Client-Cert")) {
      assertThat(HopByHop.mayBeNominated(name)).as(name).isFalse();
      assertThat(HopByHop.mayTrail(name)).as(name).isFalse();
    }
    assertThat(HopByHop.mayBeNominated("x-own")).isTrue();
    assertThat(HopByHop.mayTrail("grpc-status")).isTrue();
    assertThat(HopByHop.mayTrail(":status")).isFalse();
  }

  @Test
  void speaksGrpcsStatus() {
    assertThat(List.of(400, 401, 403, 404, 429, 500, 502, 503, 504))
        .map(GrpcStatus::of)
        .containsExactly(13, 16, 7, 12, 14, 2, 14, 14, 14);
    assertThat(GrpcStatus.parse("7")).isEqualTo(7);
    assertThat(GrpcStatus.parse(null)).isEqualTo(2);
    assertThat(GrpcStatus.parse("-1")).isEqualTo(2);
    assertThat(GrpcStatus.parse("100")).isEqualTo(2);
    assertThat(GrpcStatus.message("50% \u00e4\n")).isEqualTo("50%25 %E4%0A");
  }
}
