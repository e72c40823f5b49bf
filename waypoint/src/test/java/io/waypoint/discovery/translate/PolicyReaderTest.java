// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.MESH;
import static io.waypoint.discovery.translate.Yaml.found;
import static io.waypoint.discovery.translate.Yaml.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.TargetRef;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an AuthorizationPolicy says, and that nothing in it is lost. */
class PolicyReaderTest {
  private static final String TARGET = "targetRefs: [{kind: Service, group: \"\", name: shop}]";

  @Test
  void everyFieldIsRead() {
    AuthorizationPolicy policy =
        read(
            TARGET,
            """
            action: DENY
             rules:
             - from:
               - source: {principals: [a], notPrincipals: [b], requestPrincipals: [c], namespaces: [d],
                   notNamespaces: [e], ipBlocks: [10.0.0.0/8], notIpBlocks: [10.1.0.0/16],
                   remoteIpBlocks: [1.2.3.4], trustDomains: [td]}
               - source: {serviceAccounts: [ns/sa], notServiceAccounts: [x]}
               to:
               - operation: {hosts: [h], notHosts: [i], ports: ["80"], notPorts: ["81"], methods: [GET],
                   notMethods: [PUT], paths: [/a*], notPaths: [/a/b]}
               when:
               - {key: "request.headers[x]", values: [y], notValues: [z]}
            """);
    assertThat(policy.action()).isEqualTo(Action.DENY);
    assertThat(policy.targetRefs()).containsExactly(TargetRef.service("shop"));
    assertThat(policy.rules())
        .singleElement()
        .satisfies(rule -> {
          assertThat(rule.from()).hasSize(2);
          assertThat(rule.from().getFirst().principals().in()).containsExactly("a");
          assertThat(rule.from().getFirst().principals().notIn()).containsExactly("b");
          assertThat(rule.to().getFirst().hosts().notIn()).containsExactly("i");
          assertThat(rule.to().getFirst().ports().in()).containsExactly("80");
          assertThat(rule.to().getFirst().paths().notIn()).containsExactly("/a/b");
          assertThat(rule.when().getFirst().values().notIn()).containsExactly("z");
        });
  }

  @Test
  void anEmptySpecClosesTheDoor() {
    AuthorizationPolicy policy = read(TARGET, "");
    assertThat(policy.action()).isEqualTo(Action.ALLOW);
    assertThat(policy.rules()).isEmpty();
    AuthorizationPolicy open = read(TARGET, "rules: [{}]");
    assertThat(open.rules()).containsExactly(Rule.EVERYTHING);
  }

  @Test
  void dryRunIsReadFromTheAnnotation() {
    String policy =
        policy(TARGET, "")
            .replace("name: p}", "name: p, annotations: {istio.io/dry-run: \"true\"}}");
    assertThat(model(policy, new Problems()).dryRun()).isTrue();
    assertThat(read(TARGET, "").dryRun()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rules: [{from: [{source: {principls: [a]}}]}]                     | UNKNOWN_FIELD MISSING_FIELD
          rules: [{from: [{principals: [a]}]}]                              | UNKNOWN_FIELD MISSING_FIELD
          rules: [{form: []}]                                               | UNKNOWN_FIELD
          rule: []                                                          | UNKNOWN_FIELD
          action: BLOCK                                                     | BAD_VALUE MISSING_FIELD
          action: DENY                                                      | MISSING_FIELD
          rules: [{from: [{source: {}}]}]                                   | MISSING_FIELD
          rules: [{to: [{operation: {}}]}]                                  | MISSING_FIELD
          rules: [{from: [{}]}]                                             | MISSING_FIELD
          rules: [null]                                                     | MISSING_FIELD
          rules: [{when: [{key: source.ip}]}]                               | MISSING_FIELD
          rules: [{when: [{values: [a]}]}]                                  | MISSING_FIELD
          rules: [{to: [{operation: {methods: [""]}}]}]                     | BAD_VALUE
          rules: [{to: [{operation: {ports: [80]}}]}]                       | WRONG_TYPE
          rules: [{from: [{source: {serviceAccounts: [a], namespaces: [b]}}]}] | CONTRADICTION
          rules: [{from: [{source: {serviceAccounts: ["a*"]}}]}]            | BAD_VALUE
          selector: {matchLabels: {a: b}}                                   | CONTRADICTION
          provider: {name: x}                                               | CONTRADICTION
          action: CUSTOM; rules: [{}]                                       | MISSING_FIELD
          action: CUSTOM; provider: {name: x}; rules: [{from: [{source: {principals: [a]}}]}] | CONTRADICTION
          action: CUSTOM; provider: {name: x}; rules: [{when: [{key: source.principal, values: [a]}]}] | CONTRADICTION
          """)
  void whatIstioRefusesIsRefused(String spec, String codes) {
    String body = spec.replace("; ", "\n ");
    Translation translation = Yaml.of(MESH, service("shop"), policy(TARGET, body));
    List<String> found =
        Yaml.errors(translation).stream()
            .map(e -> e.substring(e.indexOf(' ') + 1))
            .distinct()
            .toList();
    assertThat(found).containsExactlyInAnyOrder(codes.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rules: [{from: [{source: {principals: [a], typo: [b]}}]}]",
        "rules: [{to: [{operation: {methods: [GET], pths: [/a]}}]}]",
        "rules: [{to: [{operation: {ports: [80]}}]}]",
      })
  void aRuleThatCannotBeReadAllowsNothingOrDeniesAll(String rules) {
    assertThat(model(policy(TARGET, rules), new Problems()).rules()).isEmpty();
    assertThat(model(policy(TARGET, "action: DENY\n " + rules), new Problems()).rules())
        .containsExactly(Rule.EVERYTHING);
  }

  @Test
  void aDenyPolicyWithAMisspeltFieldDeniesRatherThanNothing() {
    assertThat(model(policy(TARGET, "action: DENY\n ruls: [{}]"), new Problems()).rules())
        .containsExactly(Rule.EVERYTHING);
    assertThat(model(policy(TARGET, "action: DNY\n rules: [{}]"), new Problems()).action())
        .isEqualTo(Action.DENY);
  }

  @Test
  void whatCannotBeEnforcedIsSaidWithThePositionOfTheField() {
    String policy =
        policy(TARGET, "rules:\n - from:\n   - source:\n       ipBlocks: [10.0.0.0/99]\n");
    Translation translation = Yaml.of(MESH, service("shop"), policy);
    assertThat(translation.isRefused()).isTrue();
    assertThat(translation.problems())
        .anySatisfy(p -> {
          assertThat(p.code().id()).isEqualTo("WP3003");
          assertThat(p.position().line()).isEqualTo(9);
        });
    assertThat(found(translation.world(), "shop", 80).policies().flaws()).isNotEmpty();
  }

  @Test
  void policiesForPodsAreLeftToZtunnelAndSaidSo() {
    Translation translation =
        Yaml.of(MESH, service("shop"), policy("selector: {matchLabels: {app: shop}}", ""));
    assertThat(translation.problems())
        .anyMatch(p -> p.code().id().equals("WP3004") && !p.isError());
    assertThat(found(translation.world(), "shop", 80).policies().dump()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {kind: Service, group: "", name: nobody}                         | warning WP3005 Service default/nobody does not exist
          {kind: Service, group: core, name: shop}                         |
          {kind: Gateway, group: gateway.networking.k8s.io, name: nobody}  | warning WP3005 Gateway default/nobody does not exist
          {kind: Gateway, group: "", name: waypoint}                       | error WP1006 kind Gateway is of group "gateway.networking.k8s.io"
          {kind: Pod, group: "", name: x}                                  | error WP1006 a policy cannot target kind Pod
          {kind: Service, group: "", name: shop, namespace: other}         | error WP1006 a policy's target is in the policy's own namespace
          {kind: GatewayClass, group: gateway.networking.k8s.io, name: vertx-waypoint} | warning WP3005 a policy for a GatewayClass belongs to namespace istio-system
          """)
  void targetsAreLookedUp(String target, @Nullable String problem) {
    Translation translation =
        Yaml.of(MESH, service("shop"), policy("targetRefs: [" + target + "]", "rules: [{}]"));
    assertThat(Yaml.words(translation)).isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @Test
  void listsHaveIstiosLimits() {
    assertThat(errors("rules: [" + "{},".repeat(513) + "]")).containsExactly("LIMIT");
    assertThat(errors("rules: [{from: [" + "{source: {namespaces: [a]}},".repeat(513) + "]}]"))
        .containsExactly("LIMIT");
    assertThat(errors("rules: [{from: [{source: {serviceAccounts: [" + "a,".repeat(17) + "]}}]}]"))
        .containsExactly("LIMIT");
    String targets = "targetRefs: [" + "{kind: Service, group: \"\", name: shop},".repeat(17) + "]";
    assertThat(Yaml.errors(Yaml.of(MESH, service("shop"), policy(targets, "")))).hasSize(1);
  }

  private static List<String> errors(String rules) {
    return Yaml.errors(Yaml.of(MESH, service("shop"), policy(TARGET, rules))).stream()
        .map(e -> e.substring(e.indexOf(' ') + 1))
        .toList();
  }

  private static AuthorizationPolicy read(String target, String spec) {
    var problems = new Problems();
    AuthorizationPolicy policy = model(policy(target, spec), problems);
    assertThat(problems.sorted()).noneMatch(p -> p.isError());
    return policy;
  }

  private static AuthorizationPolicy model(String yaml, Problems problems) {
    Doc doc = Doc.read(Source.file("p.yaml", yaml), problems).getFirst();
    return PolicyReader.read(
        new Manifest("security.istio.io", "AuthorizationPolicy", "default", "p", doc));
  }

  static String policy(String target, String spec) {
    return "apiVersion: security.istio.io/v1\n"
        + "kind: AuthorizationPolicy\n"
        + "metadata: {name: p}\n"
        + "spec:\n"
        + " "
        + target
        + "\n "
        + spec
        + "\n";
  }
}
