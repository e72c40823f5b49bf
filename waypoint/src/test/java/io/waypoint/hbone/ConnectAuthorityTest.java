// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectAuthorityTest {
  /** What may come out, written independently of the parser: canonical forms only. */
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:]*:[0-9a-f:]*");
  private static final Pattern NAME =
      Pattern.compile(
          "([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?");
  private static final Pattern NUMBER = Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9a-fA-F]*)");

  @ParameterizedTest
  @CsvSource({
    "10.96.0.1:9080, 10.96.0.1, 9080",
    "0.0.0.0:1, 0.0.0.0, 1",
    "255.255.255.255:65535, 255.255.255.255, 65535",
    "[::1]:80, ::1, 80",
    "[2001:DB8:0:0:0:0:0:1]:80, 2001:db8::1, 80",
    "[::ffff:10.0.0.1]:80, 10.0.0.1, 80",
    "[::ffff:a00:1]:80, 10.0.0.1, 80",
    "reviews.default.svc.cluster.local:9080, reviews.default.svc.cluster.local, 9080",
    "Reviews.Default:80, reviews.default, 80",
    "reviews.:80, reviews, 80",
    "a-b_c:80, a-b_c, 80"
  })
  void oneCanonicalSpellingComesOut(String authority, String host, int port) {
    assertThat(ConnectAuthority.parse(authority)).isEqualTo(new TunnelTarget(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        "reviews",
        "10.0.0.1",
        "[::1]",
        "reviews:",
        "reviews:0",
        "reviews:00080",
        "reviews:080",
        "reviews:65536",
        "reviews:99999",
        "reviews:100000",
        "reviews:4294967376",
        "reviews:-1",
        "reviews:+80",
        "reviews:8o",
        "reviews: 80",
        "reviews:80 ",
        " reviews:80",
        "010.0.0.1:80",
        "10.0.0.01:80",
        "0x7f.0.0.1:80",
        "0x7f000001:80",
        "0x7F000001:80",
        "127.0.0.0x1:80",
        "2130706433:80",
        "127.1:80",
        "127.0.1:80",
        "10.0.0.1.:80",
        "10.0.0.1.1:80",
        "256.0.0.1:80",
        "017700000001:80",
        "0:80",
        "0x:80",
        "fe80::1:80",
        "[fe80::1%eth0]:80",
        "[fe80::1%25eth0]:80",
        "[::1%]:80",
        "[[::1]]:80",
        "[]:80",
        "[::]::80",
        "[10.0.0.1]:80",
        "[::1:80",
        "::1]:80",
        "[:::1]:80",
        "[1:2:3:4:5:6:7:8:9]:80",
        "[::ffff:10.0.0.256]:80",
        "[v1.x]:80",
        "[::1]x:80",
        "user@reviews:80",
        "user:password@reviews:80",
        "reviews:80@evil:81",
        "http://reviews:80",
        "reviews/x:80",
        "reviews:80/",
        "reviews?:80",
        "reviews#:80",
        "revi\\ews:80",
        "-reviews:80",
        "reviews-:80",
        "a..b:80",
        ".a:80",
        "..:80",
        ".:80",
        "a.-b:80",
        "a-.b:80",
        "r\u00e9views:80",
        "reviews%2e:80",
        "re views:80",
        "reviews\t:80",
        "reviews\u0000:80",
        "reviews:80\r\nx",
        "*:80",
        "*.default:80",
        "a,b:80"
      })
  void everythingElseIsMalformed(String authority) {
    assertThat(ConnectAuthority.parse(authority)).isNull();
  }

  @Test
  void lengthsAreBounded() {
    String label = "a".repeat(63);
    String longest = label + "." + label + "." + label + "." + "a".repeat(61);

    assertThat(ConnectAuthority.parse(longest + ":65535")).isNotNull();
    assertThat(ConnectAuthority.parse(longest + "a:65535")).isNull();
    assertThat(ConnectAuthority.parse("a" + label + ":80")).isNull();
    assertThat(ConnectAuthority.parse("1".repeat(1_000_000) + ":80")).isNull();
  }

  @Test
  void nothingRandomIsAcceptedOutsideTheAllowedForms() {
    Random random = new Random(20_261_122);
    String[] pieces = {
      "10.0.0.1",
      "127.0.0.1",
      "::1",
      "fe80::",
      "reviews",
      "default",
      "svc",
      ".",
      ".",
      ":",
      ":",
      "[",
      "]",
      "%",
      "@",
      "/",
      "-",
      "_",
      "0",
      "00",
      "80",
      "65535",
      "65536",
      "0x7f",
      "1",
      "255",
      "ffff",
      "::ffff:",
      "\u0000",
      " ",
      "\u00ff",
      "\\",
      "#",
      "?",
      "A"
    };
    int accepted = 0;
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      if (random.nextBoolean()) {
        text.append(":80");
      }
      TunnelTarget target = ConnectAuthority.parse(text);
      if (target != null) {
        accepted++;
        assertThat(isCanonical(target)).as("%s became %s", text, target).isTrue();
        assertThat(text.toString()).endsWith(":" + target.authorityPort());
      }
    }
    assertThat(accepted).as("the pieces make good ones too").isGreaterThan(200);
  }

  private static boolean isCanonical(TunnelTarget target) {
    String host = target.authorityHost();
    boolean form =
        IPV4.matcher(host).matches()
            || IPV6.matcher(host).matches()
            || NAME.matcher(host).matches() && !NUMBER.matcher(host).matches();
    return form && target.authorityPort() > 0 && target.authorityPort() < 65_536;
  }
}
