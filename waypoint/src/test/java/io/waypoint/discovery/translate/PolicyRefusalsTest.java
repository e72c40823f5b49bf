// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Istio's webhook would not let into a cluster is refused in a file, where it stands
 * (policies.md 1.1 to 1.5, 1.14, 1.17, 1.35, 4.1).
 */
class PolicyRefusalsTest {
  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: p, namespace: default}
      spec:
        targetRefs: [{kind: Service, group: "", name: shop}]
        ACTION
        rules: RULES
      """;

  private static final String GATEWAY_AND_SERVICE = Yaml.MESH + "---\n" + Yaml.service("shop");

  /** The marked text is where the problem is said to be. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          [{from: [{source: {serviceAccounts: [>a/b/c]}}]}]
          [{from: [{source: {serviceAccounts: [>"a*"]}}]}]
          [{from: [{source: {serviceAccounts: >[a], principals: [b]}}]}]
          [{from: [{source: {serviceAccounts: >[a], namespaces: [b]}}]}]
          [{from: [{source: {trustDomains: [>"a*b"]}}]}]
          [{from: [{source: {trustDomains: [>"*a*"]}}]}]
          [{from: [{source: {trustDomains: [>"a/b"]}}]}]
          [{from: [{source: {ipBlocks: [1.2.3.4, >1.2.3.4/33]}}]}]
          [{from: [{source: {remoteIpBlocks: [>somewhere]}}]}]
          [{from: [{source: {notIpBlocks: [>"::1/129"]}}]}]
          [{from: [{source: {principals: [>""]}}]}]
          [{from: [{source: >{}}]}]
          [{to: [{operation: >{}}]}]
          [{to: [{operation: {ports: [>"http"]}}]}]
          [{to: [{operation: {ports: [>"65536"]}}]}]
          [{to: [{operation: {ports: [>80]}}]}]
          [{to: [{operation: {methods: [GET, >""]}}]}]
          [{to: [{operation: {paths: [>"/a{*}"]}}]}]
          [{to: [{operation: {paths: [>"/{**}/{**}"]}}]}]
          [{to: [{operation: {paths: [>"/{**}/{*}"]}}]}]
          [{to: [{operation: {>path: [/a]}}]}]
          [{when: [{key: >request.header, values: [a]}]}]
          [{when: [{key: >"destination.labels[app]", values: [a]}]}]
          [{when: [{key: >destination.user, values: [a]}]}]
          [{when: [{key: >"request.headers[]", values: [a]}]}]
          [{when: [{key: source.ip, values: [>here]}]}]
          [{when: [{key: destination.port, notValues: [>"-1"]}]}]
          [{when: [{key: source.trustDomain, values: [>"a*b"]}]}]
          [{when: [>{key: source.ip}]}]
          [{when: [{key: source.principal, values: [>""]}]}]
          [>null]
          """)
  void whatIstioRefusesIsRefusedWhereItStands(String marked) {
    for (String action : List.of("action: ALLOW", "action: DENY", "action: AUDIT")) {
      refused(action, marked);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          action: >BLOCK                           | [{}]
          action: DENY                             | >[]
          action: CUSTOM                           | [{}]
          action: ALLOW, provider: {name: >x}      | [{}]
          action: CUSTOM, provider: {name: badges} | [{from: [{source: {namespaces: >[a]}}]}]
          action: CUSTOM, provider: {name: badges} | [{from: [{source: {notPrincipals: >[a]}}]}]
          action: CUSTOM, provider: {name: badges} | [{from: [{source: {requestPrincipals: >[a]}}]}]
          action: CUSTOM, provider: {name: badges} | [{when: [{key: >source.namespace, values: [a]}]}]
          action: CUSTOM, provider: {name: badges} | [{when: [{key: >"request.auth.claims[a]", values: [a]}]}]
          action: ALLOW, selector: {matchLabels: {a: b}} | [{}]
          """)
  void actionsHaveWhatTheyNeedAndNothingElse(String action, String marked) {
    refused(action.replace(", ", "\n  "), marked);
  }

  private static void refused(String action, String marked) {
    String written = POLICY.replace("ACTION", action).replace("RULES", marked);
    int at = written.indexOf('>');
    String yaml = written.replace(">", "");
    var translation = Yaml.of(GATEWAY_AND_SERVICE, yaml);
    List<Problem> errors = translation.problems().stream().filter(Problem::isError).toList();

    assertThat(translation.isRefused()).as(yaml).isTrue();
    assertThat(errors).as(yaml).isNotEmpty();
    if (at >= 0 && !written.contains("rules: >[]")) {
      long line = written.substring(0, at).lines().count();
      int column = at - written.lastIndexOf('\n', at);
      assertThat(errors)
          .as(yaml)
          .anyMatch(e -> e.position().line() == line && e.position().column() == column);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{kind: Service, group: \"\", name: shop, namespace: other}'",
    "'{kind: Pod, group: \"\", name: shop}'",
    "'{kind: Gateway, group: \"\", name: waypoint}'",
    "'{kind: Service, group: \"\"}'",
    "'{kind: Service, group: \"\", name: shop, port: 80}'"
  })
  void targetsAreOfFourKindsInTheirOwnNamespace(String target) {
    String yaml =
        POLICY
            .replace("{kind: Service, group: \"\", name: shop}", target)
            .replace("ACTION", "action: ALLOW")
            .replace("RULES", "[{}]");
    assertThat(Yaml.of(GATEWAY_AND_SERVICE, yaml).isRefused()).isTrue();
  }

  @Test
  void thePolicyOfTheTablesIsAcceptedOtherwise() {
    String yaml = POLICY.replace("ACTION", "action: DENY").replace("RULES", "[{}]");
    assertThat(Yaml.of(GATEWAY_AND_SERVICE, yaml).isRefused()).isFalse();
  }

  /** Istio lets these through; they mean something to Envoy's own filters only. */
  @Test
  void whatIstioAcceptsAndNobodyHasIsAWarning() {
    String rules = "[{when: [{key: \"experimental.envoy.filters.a.b[c]\", values: [d]}]}]";
    String yaml = POLICY.replace("ACTION", "action: DENY").replace("RULES", rules);
    var translation = Yaml.of(GATEWAY_AND_SERVICE, yaml);

    assertThat(translation.isRefused()).isFalse();
    assertThat(translation.problems()).anyMatch(p -> p.code().id().equals("WP3001"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {name: a, envoyExtAuthzHttp: {service: s, port: 80, includeRequestHeadersInCheck: ["*"]}}
          {name: a, envoyExtAuthzHttp: {service: s, port: 80, statusOnError: "1"}}
          {name: a, envoyExtAuthzHttp: {service: s, port: 80, pathPrefix: check}}
          {name: a, envoyExtAuthzHttp: {service: s, port: 80, headersToUpstream: [x]}}
          {name: a, envoyExtAuthzHttp: {service: s}}
          {name: a, envoyExtAuthzGrpc: {port: 80}}
          {name: a, envoyExtAuthzGrpc: {service: s, port: 80, timeout: soon}}
          {name: a, envoyExtAuthzGrpc: {service: s, port: 80, pathPrefix: /x}}
          {name: a, envoyExtAuthzGrpc: {service: s, port: 80, includeRequestBodyInCheck: {}}}
          {name: A_B, envoyExtAuthzGrpc: {service: s, port: 80}}
          {envoyExtAuthzGrpc: {service: s, port: 80}}
          {name: a, envoyExtAuthz: {service: s, port: 80}}
          """)
  void authorizersThatIstioRefusesAreRefused(String provider) {
    String config =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data:
          mesh: |
            extensionProviders:
            - PROVIDER
        """;
    String good = "{name: a, envoyExtAuthzHttp: {service: s, port: 80, statusOnError: \"503\"}}";

    assertThat(Yaml.of(config.replace("PROVIDER", provider)).isRefused()).isTrue();
    assertThat(Yaml.of(config.replace("PROVIDER", good)).isRefused()).isFalse();
  }
}
