// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.TargetRef;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttachmentTest {
  private static final Attachment OF_A_SERVICE =
      new Attachment(
          "istio-system",
          "infra",
          "wp",
          Set.of("istio-waypoint", "vertx-waypoint"),
          new Attachment.Service("Service", "apps", "httpbin"));

  @ParameterizedTest
  @CsvSource({
    "apps,         '',                          Service,       '',     httpbin,         true",
    "apps,         core,                        Service,       '',     httpbin,         true",
    "apps,         '',                          Service,       apps,   httpbin,         true",
    "apps,         '',                          Service,       infra,  httpbin,         true",
    "apps,         apps,                        Service,       '',     httpbin,         false",
    "apps,         '',                          Service,       '',     reviews,         false",
    "infra,        '',                          Service,       '',     httpbin,         false",
    "istio-system, '',                          Service,       '',     httpbin,         false",
    "apps,         networking.istio.io,         ServiceEntry,  '',     httpbin,         false",
    "infra,        gateway.networking.k8s.io,   Gateway,       '',     wp,              true",
    "infra,        gateway.networking.k8s.io,   Gateway,       infra,  wp,              true",
    "infra,        gateway.networking.k8s.io,   Gateway,       '',     other,           false",
    "infra,        '',                          Gateway,       '',     wp,              false",
    "apps,         gateway.networking.k8s.io,   Gateway,       '',     wp,              false",
    "apps,         gateway.networking.k8s.io,   Gateway,       infra,  wp,              false",
    "istio-system, gateway.networking.k8s.io,   Gateway,       '',     wp,              false",
    "istio-system, gateway.networking.k8s.io,   GatewayClass,  '',     istio-waypoint,  true",
    "istio-system, gateway.networking.k8s.io,   GatewayClass,  '',     vertx-waypoint,  true",
    "istio-system, gateway.networking.k8s.io,   GatewayClass,  '',     other,           false",
    "infra,        gateway.networking.k8s.io,   GatewayClass,  '',     istio-waypoint,  false",
    "infra,        gateway.networking.k8s.io,   HTTPRoute,     '',     wp,              false",
  })
  void oneReference(
      String policyNamespace,
      String group,
      String kind,
      String namespace,
      String name,
      boolean attaches) {
    var ref = new TargetRef(group, kind, namespace, name);
    assertThat(OF_A_SERVICE.covers(policy(policyNamespace, ref))).isEqualTo(attaches);
  }

  @Test
  void anyReferenceSuffices() {
    assertThat(
            OF_A_SERVICE.covers(
                policy("apps", TargetRef.service("other"), TargetRef.service("httpbin"))))
        .isTrue();
  }

  @Test
  void aPolicyWithoutReferencesIsNotForWaypoints() {
    assertThat(OF_A_SERVICE.covers(policy("apps"))).isFalse();
    assertThat(OF_A_SERVICE.covers(policy("istio-system"))).isFalse();
  }

  @Test
  void aPodHasThePoliciesOfTheGatewayAlone() {
    var ofAPod = new Attachment("istio-system", "infra", "wp", Set.of("istio-waypoint"), null);
    assertThat(ofAPod.covers(policy("infra", TargetRef.gateway("wp")))).isTrue();
    assertThat(ofAPod.covers(policy("infra", TargetRef.service("httpbin")))).isFalse();
  }

  @Test
  void aServiceEntryIsNoService() {
    var ofAnEntry =
        new Attachment(
            "istio-system",
            "infra",
            "wp",
            Set.of(),
            new Attachment.Service("ServiceEntry", "apps", "httpbin"));
    assertThat(ofAnEntry.covers(policy("apps", TargetRef.service("httpbin")))).isFalse();
    assertThat(
            ofAnEntry.covers(
                policy(
                    "apps", new TargetRef("networking.istio.io", "ServiceEntry", "", "httpbin"))))
        .isTrue();
  }

  private static AuthorizationPolicy policy(String namespace, TargetRef... refs) {
    return new AuthorizationPolicy(
        Origin.policy(namespace, "p"), List.of(refs), Action.DENY, List.of(), "", false);
  }
}
