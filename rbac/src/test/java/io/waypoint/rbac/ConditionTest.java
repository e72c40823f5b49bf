// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.allow;
import static io.waypoint.rbac.Sample.deny;
import static io.waypoint.rbac.Sample.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Values;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of {@code when}. */
class ConditionTest {
  @ParameterizedTest
  @CsvSource({
    "source.ip,               10.244.1.0/24,              10.1.0.0/16",
    "remote.ip,               10.244.1.10,                10.244.1.11",
    "destination.ip,          10.96.0.10,                 10.244.1.10",
    "destination.port,        8000,                       8080",
    "source.namespace,        foo,                        bar",
    "source.serviceAccount,   foo/a,                      foo/b",
    "source.serviceAccount,   a,                          b",
    "source.trustDomain,      cluster.local,              td2",
    "source.principal,        cluster.local/ns/foo/sa/a,  cluster.local/ns/foo/sa/b",
    "connection.sni,          *.example.com,              *.example.org",
    "request.auth.principal,  iss/sub,                    iss/other",
    "request.auth.audiences,  aud-1,                      aud-3",
    "request.auth.presenter,  me,                         you",
    "request.auth.claims[groups],     admin,              guest",
    "request.auth.claims[a][b],       deep,               flat",
    "request.headers[X-Role], admin,                      user",
    "request.headers[:method], GET,                       POST",
    "request.headers[:path],  /x?y=z,                     /x",
    "request.headers[:authority], httpbin.*,              other.*",
    "request.headers[Host],   httpbin.*,                  other.*",
  })
  void valuesAndNotValues(String key, String matching, String other) {
    Ask ask =
        Ask.get("/x")
            .query("y=z")
            .sni("a.example.com")
            .header("x-role", "admin")
            .claims(
                Map.of(
                    "iss",
                    "iss",
                    "sub",
                    "sub",
                    "aud",
                    List.of("aud-1", "aud-2"),
                    "azp",
                    "me",
                    "groups",
                    List.of("admin", 5),
                    "a",
                    Map.of("b", "deep")));
    assertThat(Sample.check(allow(when(key, Values.of(matching))), ask).allowed()).isTrue();
    assertThat(Sample.check(allow(when(key, Values.of(other))), ask).allowed()).isFalse();
    assertThat(Sample.check(allow(when(key, Values.not(matching))), ask).allowed()).isFalse();
    assertThat(Sample.check(allow(when(key, Values.not(other))), ask).allowed()).isTrue();
    Ask bare =
        Ask.get("/x").principal(null).sourceIp(null).remoteIp(null).destination(null, 0).host(null);
    boolean present = key.equals("request.headers[:method]");
    assertThat(Sample.check(deny(when(key, Values.of(matching))), bare).allowed())
        .isEqualTo(!present);
    assertThat(Sample.check(deny(when(key, Values.not(matching))), bare).allowed())
        .isEqualTo(present);
  }

  @Test
  void everyFieldLineOfAHeaderIsJudgedOnItsOwn() {
    var guest = deny(when("request.headers[x-role]", Values.of("guest")));
    assertThat(
            Sample.check(guest, Ask.get("/").header("x-role", "admin").header("X-Role", "guest"))
                .allowed())
        .isFalse();
    assertThat(Sample.check(guest, Ask.get("/").header("x-role", "admin,guest")).allowed())
        .isTrue();
    var notGuest = allow(when("request.headers[x-role]", Values.not("guest")));
    assertThat(
            Sample.check(notGuest, Ask.get("/").header("x-role", "a").header("x-role", "guest"))
                .allowed())
        .isFalse();
    assertThat(Sample.check(notGuest, Ask.get("/")).allowed()).isTrue();
  }

  @Test
  void aStarAsksForPresenceOfAHeaderButForTextInAClaim() {
    var header = allow(when("request.headers[x]", Values.of("*")));
    assertThat(Sample.check(header, Ask.get("/").header("x", "")).allowed()).isTrue();
    assertThat(Sample.check(header, Ask.get("/")).allowed()).isFalse();
    var claim = allow(when("request.auth.claims[x]", Values.of("*")));
    assertThat(Sample.check(claim, Ask.get("/").claims(Map.of("x", ""))).allowed()).isFalse();
    assertThat(Sample.check(claim, Ask.get("/").claims(Map.of("x", "y"))).allowed()).isTrue();
  }

  @Test
  void valuesBeyondAsciiMeetTheBytesOfTheWire() {
    var ofHeader = deny(when("request.headers[x-name]", Values.of("Zo\u00eb")));
    assertThat(Sample.check(ofHeader, Ask.get("/").header("x-name", "Zo\u00c3\u00ab")).allowed())
        .isFalse();
    var ofPath = deny(Sample.on(Sample.paths("/Zo\u00eb*")));
    assertThat(Sample.check(ofPath, Ask.get("/Zo\u00c3\u00ab/x")).allowed()).isFalse();
    var ofClaim = deny(when("request.auth.claims[name]", Values.of("Zo\u00eb")));
    assertThat(Sample.check(ofClaim, Ask.get("/").claims(Map.of("name", "Zo\u00eb"))).allowed())
        .isFalse();
  }

  @Test
  void numbersAndBooleansNeverEqualText() {
    var number = allow(when("request.auth.claims[level]", Values.of("5", "true")));
    assertThat(Sample.check(number, Ask.get("/").claims(Map.of("level", 5))).allowed()).isFalse();
    assertThat(Sample.check(number, Ask.get("/").claims(Map.of("level", true))).allowed())
        .isFalse();
    assertThat(Sample.check(number, Ask.get("/").claims(Map.of("level", "5"))).allowed()).isTrue();
  }

  @Test
  void valuesAndNotValuesOfOneConditionMustBothHold() {
    var policy = allow(when("source.namespace", new Values(List.of("foo*"), List.of("foo-dev"))));
    assertThat(Sample.check(policy, Ask.get("/").as("foo-prod/a")).allowed()).isTrue();
    assertThat(Sample.check(policy, Ask.get("/").as("foo-dev/a")).allowed()).isFalse();
  }

  /** A key of the API that only Envoy could answer. */
  @Test
  void metadataOfEnvoyIsNeverThere() {
    String key = "experimental.envoy.filters.a.b[c]";
    assertThat(Sample.check(allow(when(key, Values.of("*"))), Ask.get("/")).allowed()).isFalse();
    assertThat(Sample.check(allow(when(key, Values.not("x"))), Ask.get("/")).allowed()).isTrue();
  }
}
