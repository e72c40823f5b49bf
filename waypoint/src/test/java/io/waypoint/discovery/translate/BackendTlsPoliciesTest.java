// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.verdict.Condition;
import io.waypoint.discovery.verdict.PolicyVerdict;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.Destination;
import io.waypoint.world.MeshService;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendTlsPoliciesTest {
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: out}
      spec: {selector: {app: out}, ports: [{name: web, port: 80}, {name: adm, port: 81}]}
      """;

  private static String policy(String name, String created, String target, String validation) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: BackendTLSPolicy
    metadata: {name: %s, creationTimestamp: "%s"}
    spec:
      targetRefs: [{group: "", kind: Service, %s}]
      validation: {hostname: %s.example.com, %s}
    """
        .formatted(name, created, target, name, validation);
  }

  private static final String SYSTEM = "wellKnownCACertificates: System";

  private static Translation read(String... objects) {
    String[] all = new String[objects.length + 3];
    all[0] = Yaml.MESH;
    all[1] = SERVICE;
    all[2] = Yaml.pod("out", "10.0.0.1");
    System.arraycopy(objects, 0, all, 3, objects.length);
    return Yaml.of(all);
  }

  private static List<Endpoint> endpoints(Translation translation, int port) {
    MeshService service = Objects.requireNonNull(translation.world().service("out", "default"));
    Destination destination = Objects.requireNonNull(service.port(port));
    return destination.endpoints().endpoints();
  }

  private static String serverName(Translation translation, int port) {
    Endpoint.Tls tls = endpoints(translation, port).getFirst().tls();
    return tls == null ? "in clear" : tls.serverName();
  }

  private static List<String> reasons(Translation translation) {
    return translation.policies().stream().map(BackendTlsPoliciesTest::reasons).toList();
  }

  private static String reasons(PolicyVerdict verdict) {
    StringBuilder text = new StringBuilder(verdict.name());
    for (Condition condition : verdict.conditions()) {
      text.append(' ').append(condition.status()).append(' ').append(condition.reason());
    }
    return text.toString();
  }

  @Test
  void withoutPolicyAPortIsSpokenToInClear() {
    assertThat(serverName(read(), 80)).isEqualTo("in clear");
  }

  @Test
  void aPolicyForAPortGoesBeforeOneForTheService() {
    Translation translation =
        read(
            policy("all", "2026-01-01T00:00:00Z", "name: out", SYSTEM),
            policy("one", "2026-02-01T00:00:00Z", "name: out, sectionName: adm", SYSTEM));
    assertThat(serverName(translation, 80)).isEqualTo("all.example.com");
    assertThat(serverName(translation, 81)).isEqualTo("one.example.com");
    assertThat(reasons(translation))
        .containsExactly(
            "all True Accepted True ResolvedRefs", "one True Accepted True ResolvedRefs");
  }

  @Test
  void theOlderOfTwoCounts() {
    Translation translation =
        read(
            policy("a-young", "2026-02-01T00:00:00Z", "name: out", SYSTEM),
            policy("old", "2026-01-01T00:00:00Z", "name: out", SYSTEM));
    assertThat(serverName(translation, 80)).isEqualTo("old.example.com");
    assertThat(reasons(translation))
        .containsExactly(
            "old True Accepted True ResolvedRefs", "a-young False Conflicted True ResolvedRefs");
  }

  /** Whatever the sections are called. */
  @Test
  void ofTwoForPortsWithoutNamesTheOlderCounts() {
    for (int i = 0; i < 20; i++) {
      Translation translation =
          read(
              """
              apiVersion: v1
              kind: Service
              metadata: {name: one}
              spec: {selector: {app: out}, ports: [{port: 80}]}
              """,
              policy("a-young", "2026-02-01T00:00:00Z", "name: one, sectionName: p" + i, SYSTEM),
              policy("old", "2026-01-01T00:00:00Z", "name: one, sectionName: q" + i, SYSTEM));
      MeshService one = Objects.requireNonNull(translation.world().service("one", "default"));
      Endpoint endpoint = Objects.requireNonNull(one.port(80)).endpoints().endpoints().getFirst();
      assertThat(Objects.requireNonNull(endpoint.tls()).serverName()).isEqualTo("old.example.com");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          caCertificateRefs: [{group: "", kind: ConfigMap, name: absent}] | InvalidCACertificateRef
          caCertificateRefs: [{group: "", kind: ConfigMap, name: broken}] | InvalidCACertificateRef
          caCertificateRefs: [{group: "", kind: Secret, name: broken}]    | InvalidKind
          """)
  void withoutCertificatesNobodyIsSpokenTo(String validation, String reason) {
    Translation translation =
        read(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: broken}
            data: {ca.crt: "no certificate"}
            """,
            policy("p", "2026-01-01T00:00:00Z", "name: out", validation));
    assertThat(endpoints(translation, 80)).isEmpty();
    assertThat(reasons(translation))
        .containsExactly("p False NoValidCACertificate False " + reason);
    assertThat(translation.isRefused()).isFalse();
  }

  @Test
  void aTargetThatDoesNotExistIsSaid() {
    assertThat(
            reasons(
                read(
                    policy("p", "2026-01-01T00:00:00Z", "name: away", SYSTEM),
                    policy("q", "2026-01-01T00:00:00Z", "name: out, sectionName: x", SYSTEM))))
        .containsExactly(
            "p False TargetNotFound True ResolvedRefs", "q False TargetNotFound True ResolvedRefs");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hostname: "*.example.com", wellKnownCACertificates: System | is not a host name
          hostname: 10.0.0.1, wellKnownCACertificates: System | is not a host name
          hostname: a.b | write either caCertificateRefs or wellKnownCACertificates
          hostname: a.b, wellKnownCACertificates: Mine | wellKnownCACertificates is System
          wellKnownCACertificates: System | hostname
          hostname: a.b, wellKnownCACertificates: System, subjectAltNames: [{type: URI, uri: x}] | has no scheme
          hostname: a.b, wellKnownCACertificates: System, subjectAltNames: [{type: IP}] | IP
          """)
  void whatAnApiServerWouldRefuseIsAnErrorAndSpeaksToNobody(String validation, String words) {
    Translation translation =
        read(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: BackendTLSPolicy
            metadata: {name: p}
            spec:
              targetRefs: [{group: "", kind: Service, name: out}]
              validation: {%s}
            """
                .formatted(validation));
    assertThat(translation.isRefused()).isTrue();
    assertThat(Yaml.words(translation)).anyMatch(word -> word.contains(words));
    assertThat(endpoints(translation, 80)).isEmpty();
  }

  @Test
  void aPortThatIsNotHttpIsSaidInTheRoutesStatus() {
    Translation translation =
        read(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: db}
            spec: {ports: [{name: web, port: 80, appProtocol: mongo}]}
            """,
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: r}
            spec:
              parentRefs: [{group: "", kind: Service, name: out}]
              rules: [{backendRefs: [{name: db, port: 80}]}]
            """);
    var route = translation.routes().getFirst();
    assertThat(io.waypoint.discovery.verdict.RouteVerdict.of(route, route.parents().getFirst()))
        .anyMatch(c -> c.type().equals("ResolvedRefs") && c.reason().equals("UnsupportedProtocol"));
  }
}
