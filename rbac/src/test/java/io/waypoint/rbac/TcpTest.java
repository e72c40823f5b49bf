// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.allow;
import static io.waypoint.rbac.Sample.by;
import static io.waypoint.rbac.Sample.deny;
import static io.waypoint.rbac.Sample.hosts;
import static io.waypoint.rbac.Sample.ipBlocks;
import static io.waypoint.rbac.Sample.methods;
import static io.waypoint.rbac.Sample.namespaces;
import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.paths;
import static io.waypoint.rbac.Sample.ports;
import static io.waypoint.rbac.Sample.principals;
import static io.waypoint.rbac.Sample.source;
import static io.waypoint.rbac.Sample.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Values;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The TCP form of rules. */
class TcpTest {
  static Stream<Rule> rulesOfHttpAlone() {
    return Stream.of(
        on(paths("/x")),
        on(paths(Values.not("/x"))),
        on(hosts("*")),
        on(methods("GET")),
        by(source("requestPrincipals", Values.of("*"))),
        by(source("requestPrincipals", Values.not("*"))),
        when("request.headers[x]", Values.of("1")),
        when("request.headers[x]", Values.not("1")),
        when("request.auth.claims[x]", Values.of("1")),
        when("request.auth.principal", Values.not("1")),
        when("request.auth.audiences", Values.of("1")),
        when("request.auth.presenter", Values.of("1")));
  }

  @ParameterizedTest
  @MethodSource("rulesOfHttpAlone")
  void aTermOfHttpTakesAnAllowRuleAwayAndDropsOutOfADenyRule(Rule rule) {
    assertThat(Sample.check(allow(rule), Ask.tcp())).isEqualTo(Verdict.Deny.NOT_ALLOWED);
    assertThat(Sample.check(deny(rule), Ask.tcp()).allowed()).isFalse();
    assertThat(Sample.set(allow(rule)).flaws()).isEmpty();
  }

  static Stream<Rule> rulesOfBoth() {
    return Stream.of(
        by(principals(Values.of("*/sa/a"))),
        by(namespaces(Values.of("foo"))),
        by(source("serviceAccounts", Values.of("a"))),
        by(source("trustDomains", Values.of("cluster.local"))),
        by(ipBlocks(Values.of("10.244.1.0/24"))),
        by(source("remoteIpBlocks", Values.of("10.244.1.10"))),
        on(ports(Values.of("8000"))),
        when("source.ip", Values.of("10.244.1.10")),
        when("remote.ip", Values.of("10.244.1.10")),
        when("destination.ip", Values.of("10.96.0.10")),
        when("destination.port", Values.of("8000")),
        when("source.principal", Values.of("*")),
        when("connection.sni", Values.of("a.example.com")));
  }

  @ParameterizedTest
  @MethodSource("rulesOfBoth")
  void otherTermsDecideAsForHttp(Rule rule) {
    assertThat(Sample.check(allow(rule), Ask.tcp().sni("a.example.com")).allowed()).isTrue();
    assertThat(Sample.check(deny(rule), Ask.tcp().sni("a.example.com")).allowed()).isFalse();
    Ask stranger =
        Ask.tcp()
            .principal(null)
            .sourceIp("192.0.2.1")
            .remoteIp("192.0.2.1")
            .destination("192.0.2.2", 1);
    assertThat(Sample.check(allow(rule), stranger).allowed()).isFalse();
    assertThat(Sample.check(deny(rule), stranger).allowed()).isTrue();
  }

  @Test
  void onlyTheRuleWithTheTermIsLost() {
    var policy = allow(on(paths("/x")), by(namespaces(Values.of("foo"))));
    assertThat(Sample.check(policy, Ask.tcp()).allowed()).isTrue();
    assertThat(Sample.check(policy, Ask.tcp().as("bar/b")).allowed()).isFalse();
  }

  @Test
  void portsLimitAWidenedDenyRule() {
    var policy =
        deny(on(new Operation(Values.NONE, Values.of("9000"), Values.NONE, Values.of("/admin"))));
    assertThat(Sample.check(policy, Ask.tcp()).allowed()).isTrue();
    assertThat(Sample.check(policy, Ask.tcp().destination("10.96.0.10", 9000)).allowed()).isFalse();
  }

  @Test
  void oneAlternativeWithoutTermsWidensTheWholeDenyRule() {
    var policy = deny(on(ports(Values.of("9000")), paths("/admin")));
    assertThat(Sample.check(policy, Ask.tcp()).allowed()).isFalse();
  }
}
