// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.FaultTable;
import io.waypoint.routing.RequestHead;
import io.waypoint.routing.model.FaultRule;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.routing.model.Share;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** policies.md 5.20, 5.21: faults, and nothing else. */
class VirtualServiceTest {
  private static final String SHOP =
      Yaml.MESH + "---\n" + Yaml.service("shop") + "---\n" + Yaml.pod("shop", "10.1.0.4");
  private static final String ABORT = "fault: {abort: {httpStatus: 503, percentage: {value: 100}}}";

  private record Head(
      String method, String path, @Nullable String query, Map<String, String> fields)
      implements RequestHead {
    @Override
    public @Nullable String header(String name) {
      return fields.get(name);
    }
  }

  private static final Head GET = new Head("GET", "/v1/cart", "page=2", Map.of("user", "jason"));

  private static String service(String name, String namespace, String spec) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: %s, namespace: %s}
    spec: {%s}
    """
        .formatted(name, namespace, spec);
  }

  private static String http(String rules) {
    return service("shop", "default", "hosts: [shop], http: [" + rules + "]");
  }

  private static FaultTable faults(Translation translation) {
    assertThat(Yaml.errors(translation)).isEmpty();
    return Yaml.found(translation.world(), "shop", 80).faults();
  }

  private static @Nullable FaultRule asked(String... documents) {
    String[] all = new String[documents.length + 1];
    all[0] = SHOP;
    System.arraycopy(documents, 0, all, 1, documents.length);
    return faults(Yaml.of(all)).of(GET, "shop:80", "default");
  }

  private static Fault fault(@Nullable FaultRule rule) {
    return Objects.requireNonNull(Objects.requireNonNull(rule).fault());
  }

  @Test
  void delayAndAbortHaveTheirOwnShares() {
    FaultRule rule =
        asked(
            http(
                "{fault: {delay: {fixedDelay: 0.25s, percentage: {value: 0.1}},"
                    + " abort: {grpcStatus: UNAVAILABLE, percentage: {value: 12.5}}}}"));
    assertThat(fault(rule))
        .isEqualTo(
            new Fault(
                new Fault.Delay(Duration.ofMillis(250), new Share(1_000)),
                new Fault.Abort(503, 14, new Share(125_000))));
    assertThat(Objects.requireNonNull(rule).label())
        .isEqualTo("VirtualService default/shop rule 1");
  }

  @Test
  void theOldPercentCountsAndNoPercentageMeansNever() {
    FaultRule old = asked(http("{fault: {delay: {fixedDelay: 5s, percent: 7}}}"));
    assertThat(fault(old).delay())
        .isEqualTo(new Fault.Delay(Duration.ofSeconds(5), new Share(70_000)));
    String none = http("{fault: {abort: {httpStatus: 500}}}");
    assertThat(fault(asked(none)).abort()).isEqualTo(new Fault.Abort(500, -1, new Share(0)));
    assertThat(Yaml.words(Yaml.of(SHOP, none))).anyMatch(line -> line.contains("never happens"));
  }

  @Test
  void theFirstRuleThatMatchesCountsEvenWithoutAFault() {
    String user = "{match: [{headers: {user: {exact: jason}}}], route: []}, {" + ABORT + "}";
    assertThat(asked(http(user))).isNull();
    assertThat(asked(http(user.replace("jason", "jane")))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          uri: {exact: /v1/cart} | true
          uri: {exact: /v1} | false
          uri: {prefix: /v1/ca} | true
          uri: {prefix: /V1/}, ignoreUriCase: true | true
          uri: {prefix: /V1/} | false
          uri: {exact: /V1/CART}, ignoreUriCase: true | true
          uri: {prefix: '/v1(cart'} | false
          uri: {regex: '/v\\d+/.*'} | true
          uri: {regex: '/v\\d+'} | false
          method: {exact: GET} | true
          method: {regex: 'P.*'} | false
          authority: {prefix: shop} | true
          authority: {exact: shop} | false
          headers: {User: {exact: jason}} | true
          headers: {user: {prefix: ja}} | true
          headers: {user: {}} | true
          headers: {agent: {}} | false
          withoutHeaders: {agent: {}} | true
          withoutHeaders: {user: {exact: jane}} | true
          withoutHeaders: {user: {exact: jason}} | false
          queryParams: {page: {exact: '2'}} | true
          queryParams: {page: {exact: '3'}} | false
          port: 80 | true
          port: 81 | false
          sourceNamespace: default | true
          sourceNamespace: other | false
          gateways: [mesh] | true
          gateways: [front] | false
          uri: {prefix: /v1}, method: {exact: POST} | false
          """)
  void everyConditionMustHold(String match, boolean holds) {
    String rule = "{match: [{" + match + "}], " + ABORT + "}";
    assertThat(asked(http(rule)) != null).as(match).isEqualTo(holds);
  }

  @Test
  void oneMatchOfSeveralIsEnough() {
    assertThat(asked(http("{match: [{port: 81}, {uri: {prefix: /v1}}], " + ABORT + "}")))
        .isNotNull();
  }

  /** gateway-api.md: a rule for some workloads once was applied to everybody at a waypoint. */
  @ParameterizedTest
  @CsvSource({"'sourceLabels: {app: x}'", "'scheme: {exact: https}'"})
  void whatCannotBeJudgedMatchesNothing(String match) {
    String rule = http("{match: [{" + match + "}], " + ABORT + "}");
    assertThat(asked(rule)).isNull();
    assertThat(Yaml.words(Yaml.of(SHOP, rule)))
        .anyMatch(line -> line.contains("is not applied at a waypoint, because "))
        .anyMatch(line -> line.contains("this match matches nothing"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          route: [{destination: {host: other}}]
          redirect: {uri: /}
          rewrite: {uri: /}
          timeout: 1s
          retries: {attempts: 3}
          mirror: {host: other}
          headers: {}
          corsPolicy: {}
          delegate: {name: x}
          directResponse: {status: 418}
          """)
  void nobodyIsRoutedByIt(String field) {
    Translation translation = Yaml.of(SHOP, http("{" + field + "}"));
    assertThat(faults(translation)).isSameAs(FaultTable.NONE);
    assertThat(Yaml.found(translation.world(), "shop", 80).routes().producer()).isNull();
    assertThat(Yaml.words(translation))
        .containsExactly(
            "warning WP3001 spec.http[0]."
                + field.substring(0, field.indexOf(':'))
                + " is not applied at a waypoint, because only HTTPRoute and GRPCRoute decide"
                + " about requests");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fault: {} | has delay or abort
          fault: {delay: {percent: 5}} | fixedDelay is required
          fault: {delay: {fixedDelay: 0s, percent: 5}} | longer than 0
          fault: {delay: {fixedDelay: soon, percent: 5}} | not a duration
          fault: {abort: {percentage: {value: 5}}} | one of httpStatus and grpcStatus
          fault: {abort: {httpStatus: 700, percentage: {value: 5}}} | httpStatus
          fault: {abort: {httpStatus: 500, percentage: {value: 101}}} | from 0 to 100
          fault: {abort: {grpcStatus: GONE, percentage: {value: 5}}} | is "GONE"
          fault: {aborts: {}} | unknown field
          match: [{uri: {exact: /a, prefix: /b}}] | one of exact, prefix and regex
          match: [{uri: {regex: '('}}] | pattern
          match: [{path: {}}] | unknown field
          """)
  void whatCannotBeIsRefused(String written, String message) {
    Translation translation = Yaml.of(SHOP, http("{" + written + "}"));
    assertThat(translation.isRefused()).isTrue();
    assertThat(Yaml.words(translation)).anyMatch(line -> line.contains(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          default | shop | true
          default | shop.default.svc.cluster.local | true
          default | '*.default.svc.cluster.local' | true
          default | '*' | true
          other | shop.default.svc.cluster.local | false
          default | cart | false
          """)
  void itCountsForTheServicesOfItsNamespaceThatItNames(
      String namespace, String host, boolean counts) {
    String written = service("x", namespace, "hosts: ['" + host + "'], http: [{" + ABORT + "}]");
    assertThat(asked(written) != null).isEqualTo(counts);
    assertThat(Yaml.words(Yaml.of(SHOP, written)).toString().contains("for which this Virtual"))
        .isNotEqualTo(counts);
  }

  @Test
  void anExactHostCountsBeforeAWildcardAndOneForGatewaysNotAtAll() {
    String wild = service("a", "default", "hosts: ['*'], http: [{" + ABORT + "}]");
    String exact = service("b", "default", "hosts: [shop], http: [{route: []}]");
    assertThat(asked(wild)).isNotNull();
    assertThat(asked(wild, exact)).isNull();
    assertThat(
            asked(
                service(
                    "a", "default", "hosts: [shop], gateways: [front], http: [{" + ABORT + "}]")))
        .isNull();
    assertThat(
            asked(
                service(
                    "a", "default", "hosts: [shop], exportTo: [other], http: [{" + ABORT + "}]")))
        .isNull();
  }
}
