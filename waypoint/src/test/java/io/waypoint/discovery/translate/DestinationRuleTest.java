// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.LoadBalancing;
import io.waypoint.routing.balance.OutlierDetection;
import io.waypoint.routing.balance.TrafficPolicy;
import io.waypoint.routing.balance.Warmup;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** policies.md 5A to 5D, as far as it is read. */
class DestinationRuleTest {
  private static final String SHOP =
      Yaml.MESH + "---\n" + Yaml.service("shop") + "---\n" + Yaml.pod("shop", "10.1.0.4");

  private static String rule(String name, String namespace, String host, String spec) {
    return """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: %s, namespace: %s}
    spec: {host: %s, %s}
    """
        .formatted(name, namespace, host, spec);
  }

  private static String rule(String policy) {
    return rule("shop", "default", "shop", "trafficPolicy: {" + policy + "}");
  }

  private static TrafficPolicy policy(String... rules) {
    String[] documents = new String[rules.length + 1];
    documents[0] = SHOP;
    System.arraycopy(rules, 0, documents, 1, rules.length);
    Translation translation = Yaml.of(documents);
    assertThat(Yaml.errors(translation)).isEmpty();
    return Yaml.found(translation.world(), "shop", 80).endpoints().policy();
  }

  @Test
  void withoutARuleTheDefaultHolds() {
    assertThat(policy()).isSameAs(TrafficPolicy.DEFAULT);
    assertThat(policy(rule("x", "default", "other", "trafficPolicy: {}")))
        .isSameAs(TrafficPolicy.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "RANDOM, RANDOM",
    "ROUND_ROBIN, ROUND_ROBIN",
    "LEAST_REQUEST, LEAST_REQUEST",
    "LEAST_CONN, LEAST_REQUEST",
    "UNSPECIFIED, LEAST_REQUEST",
  })
  void simpleAlgorithms(String written, LoadBalancing.Simple algorithm) {
    assertThat(policy(rule("loadBalancer: {simple: " + written + "}")).balancing())
        .isEqualTo(algorithm);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          httpHeaderName: X-User | 1024
          httpHeaderName: X-User, minimumRingSize: 64 | 64
          httpHeaderName: X-User, ringHash: {minimumRingSize: 128} | 128
          """)
  void ringHashByHeader(String written, int size) {
    assertThat(policy(rule("loadBalancer: {consistentHash: {" + written + "}}")).balancing())
        .isEqualTo(new LoadBalancing.RingHash(new HashKey.Header("x-user"), size));
  }

  @Test
  void maglevByEachKey() {
    assertThat(maglev("useSourceIp: true")).isEqualTo(new HashKey.SourceIp());
    assertThat(maglev("httpQueryParameterName: user"))
        .isEqualTo(new HashKey.QueryParameter("user"));
    assertThat(maglev("httpCookie: {name: user, path: /x}"))
        .isEqualTo(new HashKey.Cookie("user", "/x", null));
  }

  private static HashKey maglev(String key) {
    String hash = "loadBalancer: {consistentHash: {" + key + ", maglev: {tableSize: 251}}}";
    LoadBalancing balancing = policy(rule(hash)).balancing();
    assertThat(balancing).isInstanceOf(LoadBalancing.Maglev.class);
    LoadBalancing.Maglev maglev = (LoadBalancing.Maglev) balancing;
    assertThat(maglev.tableSize()).isEqualTo(251);
    return maglev.key();
  }

  @Test
  void outlierDetectionWithItsDefaultsAndWithEveryField() {
    assertThat(policy(rule("outlierDetection: {}")).outliers())
        .isEqualTo(OutlierDetection.DEFAULTS);
    String all =
        "consecutive5xxErrors: 0, consecutiveGatewayErrors: 3, consecutiveLocalOriginFailures: 4,"
            + " splitExternalLocalOriginErrors: true, interval: 1s, baseEjectionTime: 2s,"
            + " maxEjectionPercent: 60, minHealthPercent: 40";
    assertThat(policy(rule("outlierDetection: {" + all + "}")).outliers())
        .isEqualTo(
            new OutlierDetection(
                0, 3, 4, true, Duration.ofSeconds(1), Duration.ofSeconds(2), 60, 40));
  }

  @Test
  void warmupInBothSpellings() {
    assertThat(policy(rule("loadBalancer: {warmupDurationSecs: 30s}")).warmup())
        .isEqualTo(new Warmup(Duration.ofSeconds(30), 10, 1));
    String warmup = "warmup: {duration: 1m, minimumPercent: 20, aggression: 1.5}";
    assertThat(policy(rule("loadBalancer: {" + warmup + "}")).warmup())
        .isEqualTo(new Warmup(Duration.ofMinutes(1), 20, 1.5));
  }

  @Test
  void aPortsSettingsReplaceTheWhole() {
    String ports = "portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: RANDOM}}]";
    TrafficPolicy policy = policy(rule("outlierDetection: {}, " + ports));
    assertThat(policy.balancing()).isEqualTo(LoadBalancing.Simple.RANDOM);
    assertThat(policy.outliers()).isNull();
    String other = ports.replace("number: 80", "number: 81");
    assertThat(policy(rule("outlierDetection: {}, " + other)).outliers()).isNotNull();
  }

  @Test
  void theWaypointsNamespaceComesFirstAndTheRootNamespaceLast() {
    String root =
        rule(
            "shop",
            "istio-system",
            "shop.default.svc.cluster.local",
            "trafficPolicy: {loadBalancer: {simple: RANDOM}}");
    String own = rule("loadBalancer: {simple: ROUND_ROBIN}");
    assertThat(policy(root).balancing()).isEqualTo(LoadBalancing.Simple.RANDOM);
    assertThat(policy(root, own).balancing()).isEqualTo(LoadBalancing.Simple.ROUND_ROBIN);
  }

  @Test
  void aStrangersNamespaceHasNoSay() {
    String strange =
        rule(
            "shop",
            "other",
            "shop.default.svc.cluster.local",
            "trafficPolicy: {loadBalancer: {simple: RANDOM}}");
    assertThat(policy(strange)).isSameAs(TrafficPolicy.DEFAULT);
  }

  @Test
  void aRuleThatIsNotExportedHereHasNoSay() {
    String hidden =
        rule(
            "shop",
            "istio-system",
            "'*.default.svc.cluster.local'",
            "exportTo: ['.'], trafficPolicy: {loadBalancer: {simple: RANDOM}}");
    assertThat(policy(hidden)).isSameAs(TrafficPolicy.DEFAULT);
    assertThat(policy(hidden.replace("'.'", "'*'")).balancing())
        .isEqualTo(LoadBalancing.Simple.RANDOM);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          loadBalancer: {simple: FASTEST} | is "FASTEST"
          loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}} | has simple and consistentHash
          loadBalancer: {consistentHash: {}} | names 0 keys
          loadBalancer: {consistentHash: {useSourceIp: true, httpHeaderName: a}} | names 2 keys
          loadBalancer: {consistentHash: {useSourceIp: true, ringHash: {}, maglev: {}}} | ringHash and maglev
          loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 10}}} | prime number
          loadBalancer: {consistentHash: {useSourceIP: true}} | unknown field
          loadBalancer: {warmup: {minimumPercent: 5}} | duration is required
          outlierDetection: {interval: soon} | not a duration
          outlierDetection: {interval: 0s} | longer than 0
          outlierDetection: {maxEjectionPercent: 101} | from 0 to 100
          outlierDetections: {} | unknown field
          """)
  void whatContradictsOrIsOutOfRangeIsRefused(String written, String message) {
    Translation translation = Yaml.of(SHOP, rule(written));
    assertThat(translation.isRefused()).isTrue();
    assertThat(Yaml.words(translation)).anyMatch(line -> line.contains(message));
  }

  @Test
  void whatHasNoEffectIsSaid() {
    List<String> said =
        Yaml.words(
            Yaml.of(
                SHOP,
                rule("connectionPool: {tcp: {maxConnections: 1}}, tls: {mode: ISTIO_MUTUAL}")));
    assertThat(said)
        .containsExactlyInAnyOrder(
            "warning WP3001 spec.trafficPolicy.connectionPool has no effect in this version",
            "warning WP3001 spec.trafficPolicy.tls is not applied at a waypoint: workloads are"
                + " reached through HBONE");
  }
}
