// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.config.Source;
import io.waypoint.discovery.Manifest;
import io.waypoint.discovery.translate.PolicyReader;
import io.waypoint.rbac.MeshTrust;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** policies.md section 2: what ztunnel makes of a policy, and 3.2 of waypoint-wire.md. */
class LeftOutTest {
  private static final String US = "spiffe://cluster.local/ns/shop/sa/waypoint";

  private static boolean leavesOut(String spec, Map<String, String> annotations) {
    Map<String, Object> document =
        Map.of(
            "metadata", Map.of("name", "p", "namespace", "shop", "annotations", annotations),
            "spec", Trees.mapping(spec, "spec"));
    var policy =
        PolicyReader.read(
            new Manifest(
                "security.istio.io",
                "AuthorizationPolicy",
                "shop",
                "p",
                ReadObject.of(Source.object("AuthorizationPolicy", "shop", "p", ""), document)
                    .doc(new Problems())));
    return LeftOut.by(policy, MeshTrust.DEFAULT, US);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/sleep]}}]}]",
        "rules: [{from: [{source: {notPrincipals: [cluster.local/ns/shop/sa/waypoint]}}]}]",
        "rules: [{from: [{source: {namespaces: [other]}}]}]",
        "rules: [{when: [{key: source.namespace, values: [other]}]}]",
        // ztunnel leaves a rule out of an ALLOW policy that asks about HTTP.
        "rules: [{to: [{operation: {methods: [GET]}}]}]",
        "rules: [{from: [{source: {requestPrincipals: [\"*\"]}}]}]"
      })
  void anAllowPolicyWithoutARuleForUsLeavesUsOut(String spec) {
    assertThat(leavesOut(spec, Map.of())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rules: [{}]",
        "rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/waypoint]}}]}]",
        "rules: [{from: [{source: {principals: [\"*/sa/waypoint\"]}}]}]",
        "rules: [{from: [{source: {namespaces: [shop]}}]}]",
        "rules: [{from: [{source: {namespaces: [other]}}]}, {from: [{source: {namespaces:"
            + " [shop]}}]}]",
        // Addresses and ports are not known here.
        "rules: [{to: [{operation: {ports: [\"8080\"]}}]}]",
        "rules: [{from: [{source: {ipBlocks: [10.0.0.0/8]}}]}]",
        "rules: [{when: [{key: destination.port, values: [\"8080\"]}]}]",
        "action: DENY\nrules: [{from: [{source: {namespaces: [shop]}}]}]",
        "targetRefs: [{kind: Service, name: a, group: \"\"}]\nrules: []"
      })
  void whatLetsUsInOrIsNotForZtunnelIsNoReasonToWarn(String spec) {
    assertThat(leavesOut(spec, Map.of())).isFalse();
  }

  @Test
  void aDryRunKeepsNobodyOut() {
    assertThat(leavesOut("{}", Map.of("istio.io/dry-run", "true"))).isFalse();
  }
}
