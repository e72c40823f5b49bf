// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.SessionPersistence;
import io.waypoint.routing.model.SessionPersistence.Type;
import io.waypoint.routing.model.Target;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions stay where they began, whatever the weights and the other endpoints do. */
class SessionTest {
  private static final SessionPersistence COOKIE =
      new SessionPersistence(Type.COOKIE, "who", null, false, null, false);
  private static final SessionPersistence HEADER =
      new SessionPersistence(Type.HEADER, "x-session", null, false, null, false);
  private static final SessionPersistence STRICT =
      new SessionPersistence(Type.HEADER, "x-session", null, false, null, true);
  private static final Pattern SET_COOKIE = Pattern.compile("(?i)set-cookie: who=([^;\r\n]+)(.*)");
  private static final Pattern SET_HEADER = Pattern.compile("(?i)x-session: ([^\r\n]+)()");

  private final ProxyRig rig = new ProxyRig();
  private final List<Endpoint> endpoints = new ArrayList<>();

  @AfterEach
  void close() {
    rig.close();
  }

  private Endpoint server(String name) {
    Endpoint endpoint = rig.backend(request -> request.response().end("by " + name));
    endpoints.add(endpoint);
    return endpoint;
  }

  private static Backend backend(int weight, Endpoint... endpoints) {
    return new Backend(
        "reviews",
        "default",
        9080,
        weight,
        new Target.Resolved(ProxyRig.endpoints(endpoints)),
        List.of());
  }

  private void route(String name, SessionPersistence rules, Backend... backends) {
    var rule = new Rule(null, List.of(Match.ANY), List.of(), List.of(backends), null, null, rules);
    var origin = new Origin("HTTPRoute", "default", name, null);
    rig.publish(
        PolicySet.ALLOW_ALL,
        RouteTable.compile(List.of(new Route(origin, List.of(rule)))),
        ProxyRig.endpoints());
  }

  private String get(String... fields) throws IOException {
    try (var client = new RawClient(rig.http1Port())) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + String.join("", fields) + "\r\n");
      return client.rest();
    }
  }

  private static String found(Pattern pattern, String answer, int group) {
    Matcher matcher = pattern.matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return matcher.group(group);
  }

  private static String by(String answer) {
    return answer.substring(answer.lastIndexOf("by "));
  }

  @Test
  void aCookieKeepsItsEndpointThroughWeightsAndChurn() throws IOException {
    Endpoint one = server("one");
    Endpoint two = server("two");
    Endpoint three = server("three");
    route("a", COOKIE, backend(1, one, two), backend(1, three));
    String first = get();
    String token = found(SET_COOKIE, first, 1);
    assertThat(found(SET_COOKIE, first, 2)).isEqualTo("; Path=/; HttpOnly");
    String cookie = "Cookie: x=1; who=" + token + "; y=2\r\n";
    for (int i = 0; i < 20; i++) {
      assertThat(get(cookie)).endsWith(by(first)).doesNotContainIgnoringCase("set-cookie");
    }
    Endpoint own = by(first).equals("by one") ? one : by(first).equals("by two") ? two : three;
    Endpoint four = server("four");
    route("a", COOKIE, backend(0, four, own), backend(100, server("five")));
    for (int i = 0; i < 20; i++) {
      assertThat(get(cookie)).endsWith(by(first));
    }
  }

  @Test
  void withoutASessionRequestsAreSpread() throws IOException {
    route("a", HEADER, backend(1, server("one"), server("two")));
    Set<String> served = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String answer = get();
      found(SET_HEADER, answer, 1);
      served.add(by(answer));
    }
    assertThat(served).containsExactlyInAnyOrder("by one", "by two");
  }

  @Test
  void aSessionWhoseEndpointIsGoneBeginsAnew() throws IOException {
    Endpoint one = server("one");
    route("a", HEADER, backend(1, one));
    String token = found(SET_HEADER, get(), 1);
    route("a", HEADER, backend(1, server("two")));
    String moved = get("X-Session: " + token + "\r\n");
    assertThat(moved).startsWith("HTTP/1.1 200").endsWith("by two");
    assertThat(found(SET_HEADER, moved, 1)).isNotEqualTo(token);
  }

  @Test
  void aStrictSessionIsNotMoved() throws IOException {
    route("a", STRICT, backend(1, server("one")));
    String token = found(SET_HEADER, get(), 1);
    route("a", STRICT, backend(1, server("two")));
    assertThat(get("X-Session: " + token + "\r\n"))
        .startsWith("HTTP/1.1 503")
        .endsWith("no healthy upstream");
    assertThat(get()).endsWith("by two");
  }

  @Test
  void aTokenIsGoodForItsRuleOnlyAndCannotBeMade() throws IOException {
    route("a", STRICT, backend(1, server("one")));
    String token = found(SET_HEADER, get(), 1);
    assertThat(token).doesNotContain("127.0.0.1", "default/pod");
    String forged = (token.charAt(0) == 'A' ? "B" : "A") + token.substring(1);
    for (String bad : List.of("x", forged, "A".repeat(3_000), "127.0.0.1:80", "%00")) {
      assertThat(get("X-Session: " + bad + "\r\n")).as(bad).startsWith("HTTP/1.1 200");
    }
    route("b", STRICT, backend(1, server("two")));
    assertThat(get("X-Session: " + token + "\r\n"))
        .as("another rule does not know it, so it is no session of that rule's")
        .startsWith("HTTP/1.1 200")
        .endsWith("by two");
  }

  @Test
  void aPermanentCookieSaysHowLongAndASessionEnds() throws IOException {
    var limited =
        new SessionPersistence(Type.COOKIE, "who", Duration.ofHours(1), true, "/shop", false);
    route("a", limited, backend(1, server("one")));
    assertThat(found(SET_COOKIE, get(), 2)).isEqualTo("; Path=/shop; Max-Age=3600; HttpOnly");
    var over = new SessionPersistence(Type.HEADER, "x-session", Duration.ZERO, false, null, false);
    route("a", over, backend(1, server("two")));
    String token = found(SET_HEADER, get(), 1);
    assertThat(found(SET_HEADER, get("X-Session: " + token + "\r\n"), 1)).isNotEqualTo(token);
  }

  @Test
  void whatWasSealedIsOpenedByTheSameSealOnly() {
    var seal = new SessionSeal(new SecureRandom());
    String token = seal.seal("default/pod@/10.0.0.1:80", 1_234, "default/route rule 1");
    assertThat(seal.open(token, "default/route rule 1"))
        .isEqualTo(new SessionSeal.Opened("default/pod@/10.0.0.1:80", 1_234));
    assertThat(seal.open(token, "default/route rule 2")).isNull();
    assertThat(new SessionSeal(new SecureRandom()).open(token, "default/route rule 1")).isNull();
    assertThat(seal.seal("a", 1, "r")).isNotEqualTo(seal.seal("a", 1, "r"));
  }
}
