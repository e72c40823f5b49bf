// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.allow;
import static io.waypoint.rbac.Sample.deny;
import static io.waypoint.rbac.Sample.hosts;
import static io.waypoint.rbac.Sample.methods;
import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.paths;
import static io.waypoint.rbac.Sample.ports;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for. */
class OperationTest {
  @ParameterizedTest
  @CsvSource({
    "deny.example.com,       deny.example.com,           true",
    "deny.example.com,       DENY.Example.COM,           true",
    "deny.example.com,       deny.example.com:80,        false",
    "deny.example.com,       deny.example.com.,          false",
    "deny.example.com:*,     deny.example.com:8443,      true",
    "deny.example.com:*,     deny.example.community,     false",
    "*.suffix.example.com,   www.SUFFIX.example.com,     true",
    "*.suffix.example.com,   suffix.example.com,         false",
    "prefix.example.*,       PREFIX.example.org,         true",
    "prefix.example.*,       prefix.example.com:8080,    true",
    "*,                      anything,                   true",
    "a.c,                    abc,                        false",
  })
  void hostsIgnoreCaseAndKeepThePort(String value, String host, boolean matches) {
    assertThat(Sample.check(deny(on(hosts(value))), Ask.get("/").host(host)).allowed())
        .isEqualTo(!matches);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  GET,   true",
    "get,  GET,   false",
    "P*,   POST,  true",
    "*ET,  GET,   true",
    "*,    BREW,  true",
  })
  void methodsRespectCase(String value, String method, boolean matches) {
    assertThat(Sample.check(allow(on(methods(value))), Ask.get("/").method(method)).allowed())
        .isEqualTo(matches);
  }

  @Test
  void portsAreThoseTheCallerDialled() {
    var policy = allow(on(ports(Values.of("8000", "9000"))));
    assertThat(Sample.check(policy, Ask.get("/")).allowed()).isTrue();
    assertThat(Sample.check(policy, Ask.get("/").destination("10.96.0.10", 8080)).allowed())
        .isFalse();
    var exempt = deny(on(ports(Values.not("8000"))));
    assertThat(Sample.check(exempt, Ask.get("/")).allowed()).isTrue();
    assertThat(Sample.check(exempt, Ask.get("/").destination("10.96.0.10", 9000)).allowed())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/admin,                  /admin,                true",
    "/admin,                  /Admin,                false",
    "/admin,                  /admin/,               false",
    "/admin,                  /admin;a=b,            false",
    "/public*,                /publicity,            true",
    "*.html,                  /a/b.html,             true",
    "*.html,                  /a/b.html/,            false",
    "*,                       /a/b,                  true",
    "/a*b,                    /axb,                  false",
    "/a*b,                    /a*b,                  true",
    "/allow/admin/{**},       /allow/admin/,         true",
    "/allow/admin/{**},       /allow/admin,          false",
    "/allow/admin/{**},       /allow/admin/a/b.txt,  true",
    "/allow/admin/{**},       /x/allow/admin/a,      false",
    "/foo/{*}/bar/{**},       /foo/buzz/bar/b.txt,   true",
    "/foo/{*}/bar/{**},       /foo//bar/b.txt,       false",
    "/foo/{*}/bar/{**},       /foo/a/b/bar/c,        false",
    "/foo/{*}/bar/{**},       /foo/a%2fb/bar/c,      true",
    "/store/{**}/cart,        /store//cart,          true",
    "/store/{**}/cart,        /store/cart,           false",
    "/store/{**}/cart,        /store/a/b/cart,       true",
    "/store/{**}/cart,        /store/a/b/cart/x,     false",
    "/private/{**},           /private/a*b,          true",
    "/private/{*},            /private/a[b]'\"é,     true",
    "/private/{*},            /private/,             false",
    "/private/{*},            /private/a/,           false",
    "/{*}/x/*,                /a/x/b,                true",
    "/{*}/x*,                 /a/xb,                 false",
    "/{**},                   /,                     true",
  })
  void pathsAreExactPrefixSuffixOrTemplate(String value, String path, boolean matches) {
    assertThat(Sample.check(allow(on(paths(value))), Ask.get(path)).allowed()).isEqualTo(matches);
    assertThat(Sample.check(deny(on(paths(Values.not(value)))), Ask.get(path)).allowed())
        .isEqualTo(matches);
  }

  @Test
  void aRequestWithoutPathMatchesNoPositivePath() {
    assertThat(Sample.check(deny(on(paths("*"))), Ask.get("/").path(null)).allowed()).isTrue();
    assertThat(Sample.check(allow(on(paths("*"))), Ask.get("/").path(null)).allowed()).isFalse();
  }
}
