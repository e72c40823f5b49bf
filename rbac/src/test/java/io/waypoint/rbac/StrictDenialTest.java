// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.paths;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Values;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Denials that look at the spellings by which a server may mean what they name (1.26, 1.29). */
class StrictDenialTest {
  private static PolicySet set(Action action, boolean strict, Rule rule) {
    return PolicySet.compile(
        List.of(
            new AuthorizationPolicy(
                Origin.policy("foo", "p"), List.of(), action, List.of(rule), "", false, strict)),
        MeshTrust.DEFAULT);
  }

  private static Rule hosts(Values hosts) {
    return on(new Operation(hosts, Values.NONE, Values.NONE, Values.NONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/admin", "/admin;x", "/admin;x=1;y", "/admin;", "/admin;/", "/;x/admin;y/z"})
  void parametersOfSegmentsHideNoPath(String path) {
    Rule rule = on(paths("/admin", "/admin/*", "//admin/z"));
    assertThat(set(Action.DENY, true, rule).check(Ask.get(path).facts()).allowed()).isFalse();
  }

  @Test
  void withoutTheSwitchAPathIsComparedAsItIs() {
    Rule rule = on(paths("/admin"));
    assertThat(set(Action.DENY, false, rule).check(Ask.get("/admin;x").facts()).allowed()).isTrue();
    assertThat(set(Action.DENY, true, rule).check(Ask.get("/admix;n").facts()).allowed()).isTrue();
    assertThat(set(Action.DENY, true, rule).check(Ask.get("/x;/admin").facts()).allowed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "EVIL.example:80", "evil.example.", "evil.example.:443"})
  void thePortOfTheSchemeAndADotHideNoHost(String host) {
    Rule rule = hosts(Values.of("evil.example"));
    assertThat(set(Action.DENY, true, rule).check(Ask.get("/").host(host).facts()).allowed())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example:8080", "evil.example..", "notevil.example", ".", ":80"})
  void otherHostsAreOthers(String host) {
    Rule rule = hosts(Values.of("evil.example"));
    assertThat(set(Action.DENY, true, rule).check(Ask.get("/").host(host).facts()).allowed())
        .isTrue();
  }

  /** Elsewhere another spelling would let more through. */
  @Test
  void neverAllowsMore() {
    Rule exempt = on(paths(Values.not("/health")));
    assertThat(set(Action.DENY, true, exempt).check(Ask.get("/health;x").facts()).allowed())
        .isFalse();
    Rule allow = on(paths("/ok"));
    assertThat(set(Action.ALLOW, true, allow).check(Ask.get("/ok;x").facts()).allowed()).isFalse();
    Rule host = hosts(Values.not("ok.example"));
    assertThat(
            set(Action.DENY, true, host).check(Ask.get("/").host("ok.example.").facts()).allowed())
        .isFalse();
  }
}
