// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.balance.ConnectionLimits;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.LoadBalancing;
import io.waypoint.routing.balance.Locality;
import io.waypoint.routing.balance.LocalityRule;
import io.waypoint.routing.balance.OutlierDetection;
import io.waypoint.routing.balance.RetryShare;
import io.waypoint.routing.balance.TrafficPolicy;
import io.waypoint.routing.balance.Warmup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        .isEqualTo(new HashKey.Cookie("user", "/x", null, List.of()));
    assertThat(
            maglev(
                "httpCookie: {name: user, ttl: 60s, attributes: [{name: SameSite, value: Strict},"
                    + " {name: Secure}]}"))
        .isEqualTo(
            new HashKey.Cookie(
                "user",
                "",
                Duration.ofSeconds(60),
                List.of(
                    new HashKey.Attribute("SameSite", "Strict"),
                    new HashKey.Attribute("Secure", ""))));
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
  void connectionPoolWithEveryField() {
    String pool =
        "connectionPool: {tcp: {maxConnections: 1, connectTimeout: 2s, maxConnectionDuration: 3m},"
            + " http: {http1MaxPendingRequests: 4, http2MaxRequests: 5, maxRetries: 6,"
            + " maxRequestsPerConnection: 7, idleTimeout: 8s}}";
    assertThat(policy(rule(pool)).limits())
        .isEqualTo(
            new ConnectionLimits(
                1,
                4,
                5,
                6,
                new ConnectionLimits.Lifetime(
                    7, Duration.ofSeconds(2), Duration.ofSeconds(8), Duration.ofMinutes(3))));
  }

  @Test
  void zeroIsNoLimit() {
    String pool = "connectionPool: {tcp: {maxConnections: 0}, http: {http2MaxRequests: 0}}";
    assertThat(policy(rule(pool)).limits()).isSameAs(ConnectionLimits.NONE);
  }

  @Test
  void retryBudgetWithItsDefaults() {
    assertThat(policy(rule("retryBudget: {}")).retries()).isEqualTo(new RetryShare(20, 3));
    assertThat(policy(rule("retryBudget: {percent: 12.5, minRetryConcurrency: 1}")).retries())
        .isEqualTo(new RetryShare(12.5, 1));
  }

  @Test
  void localityLbSettings() {
    String ejects = "outlierDetection: {}, ";
    assertThat(locality(ejects, "failover: [{from: eu, to: us}]"))
        .isEqualTo(LocalityRule.failover(Map.of("eu", "us")));
    assertThat(locality(ejects, "enabled: false, failover: [{from: eu, to: us}]"))
        .isEqualTo(LocalityRule.ANYWHERE);
    assertThat(locality(ejects, "failoverPriority: [kubernetes.io/hostname]"))
        .isEqualTo(new LocalityRule.Closest(List.of(Locality.Part.NODE), Map.of()));
    assertThat(locality("", "distribute: [{from: eu/*, to: {eu/*: 80, us/*: 20}}]"))
        .isEqualTo(new LocalityRule.Distribute(Map.of("eu/*", Map.of("eu/*", 80, "us/*", 20))));
  }

  private static LocalityRule locality(String before, String setting) {
    return policy(rule(before + "loadBalancer: {localityLbSetting: {" + setting + "}}")).locality();
  }

  @Test
  void withoutOutlierDetectionThereIsNoFailover() {
    String rule = rule("loadBalancer: {localityLbSetting: {failover: [{from: eu, to: us}]}}");
    assertThat(policy(rule).locality()).isEqualTo(LocalityRule.ANYWHERE);
    assertThat(Yaml.words(Yaml.of(SHOP, rule)))
        .anyMatch(line -> line.contains("because failover needs outlierDetection"));
  }

  @ParameterizedTest
  @CsvSource({"PreferClose, 2", "PreferSameZone, 2", "PreferSameNode, 4"})
  void aServicePrefersItsZoneOrNode(String word, int parts) {
    var rule = Yaml.found(Yaml.of(preferring(word)).world(), "shop", 80).endpoints().policy();
    assertThat(rule.locality())
        .isInstanceOfSatisfying(
            LocalityRule.Closest.class, closest -> assertThat(closest.parts()).hasSize(parts));
  }

  private static String preferring(String word) {
    return Yaml.MESH
        + """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: shop, namespace: default}
        spec:
          trafficDistribution: %s
          selector: {app: shop}
          ports: [{name: http, port: 80}]
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: shop
          namespace: default
          labels:
            app: shop
            topology.kubernetes.io/region: eu
            topology.kubernetes.io/zone: eu-1
        spec: {nodeName: n7, containers: [{name: c}]}
        status: {podIP: 10.1.0.4}
        """
            .formatted(word);
  }

  @Test
  void aPodsLabelsSayWhereItRuns() {
    var set = Yaml.found(Yaml.of(preferring("PreferClose")).world(), "shop", 80).endpoints();
    assertThat(set.endpoints())
        .extracting(Endpoint::locality)
        .containsExactly(new Locality("eu", "eu-1", "", "n7"));
  }

  @Test
  void whatADestinationRuleSaysOfPlacesHoldsBeforeTheService() {
    String rule =
        rule("loadBalancer: {localityLbSetting: {distribute: [{from: '*', to: {eu/*: 100}}]}}");
    var translation = Yaml.of(preferring("PreferClose"), rule);
    assertThat(Yaml.found(translation.world(), "shop", 80).endpoints().policy().locality())
        .isInstanceOf(LocalityRule.Distribute.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          connectionPool: {tcp: {maxConnections: -1}} | maxConnections
          connectionPool: {tcp: {connectTimeout: 0s}} | longer than 0
          connectionPool: {http: {maxRequest: 1}} | unknown field
          connectionPool: {http: {h2UpgradePolicy: MAYBE}} | is "MAYBE"
          retryBudget: {percent: 101} | from 0 to 100
          loadBalancer: {consistentHash: {httpCookie: {name: 'a b'}}} | is not a cookie's name
          loadBalancer: {consistentHash: {httpCookie: {name: 'a;b'}}} | is not a cookie's name
          loadBalancer: {consistentHash: {httpCookie: {name: a, path: x}}} | is not a cookie's path
          loadBalancer: {consistentHash: {httpCookie: {name: a, path: '/; Domain=b'}}} | is not a cookie's path
          loadBalancer: {consistentHash: {httpCookie: {name: a, attributes: [{name: b, value: 'c; d'}]}}} | is not an attribute
          loadBalancer: {localityLbSetting: {distribute: [{from: a, to: {b: 50}}]}} | add up to 100
          loadBalancer: {localityLbSetting: {failover: [{from: a, to: a}]}} | to itself
          loadBalancer: {localityLbSetting: {failover: [], distribute: []}} | distribute and failover
          """)
  void limitsAndPlacesThatCannotBeAreRefused(String written, String message) {
    Translation translation = Yaml.of(SHOP, rule(written));
    assertThat(translation.isRefused()).isTrue();
    assertThat(Yaml.words(translation)).anyMatch(line -> line.contains(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connectionPool: {tcp: {tcpKeepalive: {probes: 3}}}",
        "connectionPool: {tcp: {idleTimeout: 1m}}",
        "connectionPool: {http: {useClientProtocol: false}}",
        "connectionPool: {http: {maxConcurrentStreams: 3}}",
        "tunnel: {}",
        "proxyProtocol: {}",
        "loadBalancer: {simple: PASSTHROUGH}",
      })
  void whatIsNotAppliedIsSaidWithItsReason(String written) {
    Translation translation = Yaml.of(SHOP, rule(written));
    assertThat(translation.isRefused()).isFalse();
    assertThat(Yaml.words(translation))
        .anyMatch(line -> line.contains("is not applied at a waypoint, because "));
  }

  /** policies.md 5A: TLS that begins at the waypoint, verified or not at all. */
  @Test
  void simpleTlsExpectsTheHostOrTheNamesThatAreWritten() {
    assertThat(tls("tls: {mode: SIMPLE}"))
        .isEqualTo(
            new Endpoint.Tls(
                "shop.default.svc.cluster.local",
                List.of("shop.default.svc.cluster.local"),
                List.of(),
                null));
    assertThat(
            tls(
                "tls: {mode: SIMPLE, sni: a.example.com,"
                    + " subjectAltNames: [b.example.com, 'spiffe://x/ns/a/sa/b']}"))
        .isEqualTo(
            new Endpoint.Tls(
                "a.example.com", List.of("b.example.com"), List.of("spiffe://x/ns/a/sa/b"), null));
    assertThat(tls("tls: {mode: SIMPLE}, portLevelSettings: [{port: {number: 80}}]")).isNull();
    assertThat(tls("portLevelSettings: [{port: {number: 80}, tls: {mode: SIMPLE}}]")).isNotNull();
    assertThat(tls("tls: {mode: ISTIO_MUTUAL}")).isNull();
  }

  private static Endpoint.@Nullable Tls tls(String policy) {
    Translation translation = Yaml.of(SHOP, rule(policy));
    assertThat(Yaml.errors(translation)).isEmpty();
    return Yaml.found(translation.world(), "shop", 80).endpoints().endpoints().getFirst().tls();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: MUTUAL, clientCertificate: /a, privateKey: /b",
        "mode: SIMPLE, caCertificates: /etc/certs/ca.pem",
        "mode: SIMPLE, credentialName: ca",
      })
  void whatCannotBeVerifiedAsWrittenIsNotSpokenTo(String written) {
    Translation translation = Yaml.of(SHOP, rule("tls: {" + written + "}"));
    assertThat(translation.isRefused()).isFalse();
    assertThat(Yaml.found(translation.world(), "shop", 80).endpoints().endpoints()).isEmpty();
    assertThat(Yaml.words(translation)).anyMatch(line -> line.contains("nothing is sent"));
  }

  @Test
  void certificatesAreVerifiedEvenWhereARuleSaysNotTo() {
    Translation translation = Yaml.of(SHOP, rule("tls: {mode: SIMPLE, insecureSkipVerify: true}"));
    assertThat(Yaml.words(translation))
        .anyMatch(line -> line.contains("because certificates are always verified"));
  }

  @Test
  void whatHasNoEffectIsSaid() {
    List<String> said = Yaml.words(Yaml.of(SHOP, rule("tls: {mode: ISTIO_MUTUAL}")));
    assertThat(said)
        .containsExactlyInAnyOrder(
            "warning WP3001 spec.trafficPolicy.tls is not applied at a waypoint: workloads are"
                + " reached through HBONE");
  }
}
