// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.allow;
import static io.waypoint.rbac.Sample.by;
import static io.waypoint.rbac.Sample.deny;
import static io.waypoint.rbac.Sample.ipBlocks;
import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.paths;
import static io.waypoint.rbac.Sample.ports;
import static io.waypoint.rbac.Sample.rule;
import static io.waypoint.rbac.Sample.set;
import static io.waypoint.rbac.Sample.source;
import static io.waypoint.rbac.Sample.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be enforced as written is a denial, never a skip, and is reported. */
class FailClosedTest {
  @Test
  void aWrongValueTakesItsAllowRuleAway() {
    var policy = allow(by(ipBlocks(Values.of("10.244.1.0/24", "not-an-ip"))));
    assertThat(Sample.check(policy, Ask.get("/"))).isEqualTo(Verdict.Deny.NOT_ALLOWED);
    var negative = allow(by(ipBlocks(Values.not("not-an-ip"))));
    assertThat(Sample.check(negative, Ask.get("/")).allowed()).isFalse();
    assertThat(set(policy).flaws())
        .extracting(Flaw::field)
        .containsExactly("rules[0].from[0].source.ipBlocks[1]");
  }

  @Test
  void otherRulesOfThePolicyStillAllow() {
    var policy = allow(by(ipBlocks(Values.of("not-an-ip"))), on(paths("/ok")));
    assertThat(Sample.check(policy, Ask.get("/ok")).policyId())
        .isEqualTo("ns[foo]-policy[p]-rule[1]");
  }

  @Test
  void aWrongValueWidensADenyRule() {
    var policy = deny(rule(ipBlocks(Values.of("not-an-ip", "192.0.2.1")), paths("/x")));
    assertThat(Sample.check(policy, Ask.get("/x")).allowed()).isFalse();
    assertThat(Sample.check(policy, Ask.get("/y")).allowed()).isTrue();
  }

  @Test
  void aWrongNegativeValueExemptsNobodyButTheSoundOnesDo() {
    var policy = deny(by(ipBlocks(Values.not("not-an-ip", "10.244.1.0/24"))));
    assertThat(Sample.check(policy, Ask.get("/")).allowed()).isTrue();
    assertThat(Sample.check(policy, Ask.get("/").sourceIp("192.0.2.1")).allowed()).isFalse();
    assertThat(Sample.check(deny(by(ipBlocks(Values.not("x")))), Ask.get("/")).allowed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "destination.labels[app]",
        "source.nam",
        "request.headers",
        "request.headers[]",
        "request.headers[a][b]",
        "request.headers[a]]",
        "request.auth.claims",
        "request.auth.claims[a][]",
        ""
      })
  void anUnknownConditionHoldsInADenyRuleAndFailsAnAllowRule(String key) {
    Rule rule = when(key, Values.of("x"));
    assertThat(Sample.check(deny(rule), Ask.get("/")).allowed()).isFalse();
    assertThat(Sample.check(deny(rule), Ask.tcp()).allowed()).isFalse();
    assertThat(Sample.check(allow(rule), Ask.get("/")).allowed()).isFalse();
    assertThat(Sample.check(Sample.policy(Action.CUSTOM, "c", rule), Ask.get("/")).allowed())
        .isFalse();
    assertThat(set(deny(rule)).flaws()).hasSize(1);
  }

  @Test
  void aConditionWithoutValuesIsNotAConditionThatHolds() {
    Rule rule = when("source.namespace", Values.NONE);
    assertThat(Sample.check(allow(rule), Ask.get("/")).allowed()).isFalse();
    assertThat(Sample.check(deny(rule), Ask.get("/")).allowed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "80 ", "+80", "http", "", "٣", "99999999999"})
  void portsAreDecimal(String port) {
    assertThat(Sample.check(allow(on(ports(Values.of(port)))), Ask.get("/")).allowed()).isFalse();
    assertThat(Sample.check(deny(on(ports(Values.of(port)))), Ask.get("/")).allowed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a*b", "*a*", "a/b", "", "**"})
  void trustDomainsHaveOneStarAtAnEnd(String value) {
    Rule rule = by(source("trustDomains", Values.of(value)));
    assertThat(Sample.check(allow(rule), Ask.get("/")).allowed()).isFalse();
    assertThat(Sample.check(deny(rule), Ask.get("/")).allowed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "foo/"})
  void serviceAccountsHaveAName(String value) {
    Rule rule = by(source("serviceAccounts", Values.of(value)));
    assertThat(Sample.check(allow(rule), Ask.get("/")).allowed()).isFalse();
    assertThat(Sample.check(deny(rule), Ask.get("/")).allowed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/a/{**}/{*}", "/{**}/{**}", "/a{*}", "/{*}{*}", "x/{*}", "/{*}/ü", "/{*}/{b}"})
  void templatesHaveWholeSegmentOperators(String value) {
    Rule rule = on(paths(value));
    assertThat(Sample.check(allow(rule), Ask.get("/a/b")).allowed()).isFalse();
    assertThat(Sample.check(deny(rule), Ask.get("/a/b")).allowed()).isFalse();
  }

  @Test
  void aFlawOfAConditionPointsAtItsValue() {
    assertThat(set(deny(when("source.ip", Values.not("10.0.0.1", "x")))).flaws())
        .extracting(Flaw::field)
        .containsExactly("rules[0].when[0].notValues[1]");
  }

  @Test
  void aFlawNamesTheObjectItsPositionAndTheField() {
    assertThat(set(allow(by(ipBlocks(Values.of("10.0.0.0/33"))))).flaws())
        .hasToString(
            "[AuthorizationPolicy foo/p: rules[0].from[0].source.ipBlocks[0]: "
                + "\"10.0.0.0/33\" is not a block of IP addresses]");
  }
}
