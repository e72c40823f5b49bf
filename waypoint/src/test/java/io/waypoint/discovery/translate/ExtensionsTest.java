// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.RequestHead;
import io.waypoint.routing.RouteDecision;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.FilterSpec.LocalRateLimit;
import io.waypoint.routing.model.RateDescriptor;
import io.waypoint.routing.model.RateDescriptor.Entry;
import io.waypoint.routing.model.Share;
import io.waypoint.routing.model.Target;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fault, LocalRateLimit and GlobalRateLimit, and routes that refer to them. */
class ExtensionsTest {
  private static final String SHOP =
      Yaml.MESH + "---\n" + Yaml.service("shop") + "---\n" + Yaml.pod("shop", "10.1.0.4");

  private static String object(String kind, String spec) {
    return """
    apiVersion: waypoint.dev/v1alpha1
    kind: %s
    metadata: {name: it, namespace: default}
    spec: {%s}
    """
        .formatted(kind, spec);
  }

  private static String route(String... kinds) {
    var filters = new StringBuilder();
    for (String kind : kinds) {
      filters.append(
          "      - {type: ExtensionRef, extensionRef: {group: waypoint.dev, kind: %s, name: it}}\n"
              .formatted(kind));
    }
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: shop, namespace: default}
    spec:
      parentRefs: [{group: "", kind: Service, name: shop}]
      rules:
      - filters:
    %s    backendRefs: [{name: shop, port: 80}]
    """
        .formatted(filters);
  }

  private static List<FilterSpec> filters(Translation translation) {
    RouteTable table = Yaml.found(translation.world(), "shop", 80).routes().producer();
    assertThat(table).isNotNull();
    return table == null
        ? List.of()
        : table.route(new Get()) instanceof RouteDecision.Matched(var rule)
            ? rule.filters()
            : List.of();
  }

  private record Get() implements RequestHead {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String path() {
      return "/";
    }

    @Override
    public @Nullable String query() {
      return null;
    }

    @Override
    public @Nullable String header(String name) {
      return null;
    }
  }

  @Test
  void aRouteHasTheFaultAndTheLimitThatItRefersTo() {
    Translation translation =
        Yaml.of(
            SHOP,
            object(
                "Fault",
                "delay: {duration: 2s, percent: 12.5},"
                    + " abort: {grpcStatus: UNAVAILABLE, percent: 0.0001}"),
            object("LocalRateLimit", "maxTokens: 5, fillInterval: 1s, per: Principal"),
            route("Fault", "LocalRateLimit"));
    assertThat(Yaml.words(translation)).isEmpty();
    assertThat(filters(translation))
        .containsExactly(
            new Fault(
                new Fault.Delay(Duration.ofSeconds(2), new Share(125_000)),
                new Fault.Abort(503, 14, new Share(1))),
            new LocalRateLimit(
                "default/it",
                5,
                5,
                Duration.ofSeconds(1),
                LocalRateLimit.Scope.PRINCIPAL,
                Share.ALL));
  }

  private static final String COUNTED =
      "backendRef: {name: shop, port: PORT}, domain: d, descriptors: [{entries: [{genericKey:"
          + " {value: all}}, {requestHeader: {name: X-User, optional: true}}, {remoteAddress:"
          + " {}}]}]";

  @Test
  void aGlobalLimitIsEnvoysUnlessItSaysOtherwise() {
    Translation translation =
        Yaml.of(
            SHOP,
            object("GlobalRateLimit", COUNTED.replace("PORT", "80")),
            route("GlobalRateLimit"));
    assertThat(Yaml.words(translation)).isEmpty();
    assertThat(filters(translation))
        .singleElement()
        .isInstanceOfSatisfying(
            GlobalRateLimit.class,
            limit -> {
              assertThat(limit.name()).isEqualTo("default/it");
              assertThat(limit.timeout()).isEqualTo(Duration.ofMillis(20));
              assertThat(limit.open()).isTrue();
              assertThat(limit.told()).isEqualTo(new GlobalRateLimit.Told(429, 14, false));
              assertThat(limit.service().target()).isInstanceOf(Target.Resolved.class);
              assertThat(limit.descriptors())
                  .containsExactly(
                      new RateDescriptor(
                          List.of(
                              new Entry.Constant("generic_key", "all"),
                              new Entry.Header("x-user", "x-user", true),
                              Entry.Fact.REMOTE_ADDRESS)));
            });
  }

  @ParameterizedTest
  @CsvSource({"Allow, requests pass uncounted", "Deny, requests are answered 500"})
  void aGlobalLimitWhoseServiceIsMissingIsOneThatNobodyAnswers(String mode, String consequence) {
    Translation translation =
        Yaml.of(
            SHOP,
            object("GlobalRateLimit", COUNTED.replace("PORT", "81") + ", failureMode: " + mode),
            route("GlobalRateLimit"));
    assertThat(translation.isRefused()).isFalse();
    assertThat(Yaml.words(translation))
        .singleElement()
        .asString()
        .contains("there is no Service default/shop with port 81; " + consequence);
    assertThat(filters(translation))
        .singleElement()
        .isInstanceOfSatisfying(
            GlobalRateLimit.class,
            limit -> assertThat(limit.service().target()).isInstanceOf(Target.Broken.class));
  }

  @Test
  void aRouteWhoseExtensionIsMissingAnswers500() {
    Translation translation = Yaml.of(SHOP, route("Fault"));
    assertThat(translation.isRefused()).isFalse();
    assertThat(Yaml.words(translation))
        .containsExactly(
            "warning WP3002 there is no extension Fault it of group \"waypoint.dev\": the rule"
                + " answers 500");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Fault | delay: {duration: 2s} | percent is required
          Fault | delay: {percent: 5} | duration is required
          Fault | delay: {duration: 0s, percent: 5} | longer than 0
          Fault | delay: {duration: 6m, percent: 5} | at most 5 minutes
          Fault | delay: {duration: 1s, percent: 101} | from 0 to 100 percent
          Fault | abort: {percent: 5} | one of httpStatus and grpcStatus
          Fault | abort: {httpStatus: 503, grpcStatus: ABORTED, percent: 5} | one of httpStatus and grpcStatus
          Fault | abort: {httpStatus: 199, percent: 5} | httpStatus
          Fault | abort: {grpcStatus: GONE, percent: 5} | is "GONE"
          Fault | aborts: {} | unknown field
          LocalRateLimit | maxTokens: 5 | needs maxTokens and fillInterval
          LocalRateLimit | maxTokens: 0, fillInterval: 1s | maxTokens
          LocalRateLimit | maxTokens: 1, fillInterval: 1ms | from 50 ms to a day
          LocalRateLimit | maxTokens: 1000000, tokensPerFill: 1, fillInterval: 24h | more than 100 years
          LocalRateLimit | maxTokens: 1, fillInterval: 1s, per: Planet | is "Planet"
          GlobalRateLimit | backendRef: {port: 80}, domain: d, descriptors: [{entries: [{destination: {}}]}] | spec.backendRef.name is required
          GlobalRateLimit | backendRef: {name: shop}, domain: d, descriptors: [{entries: [{destination: {}}]}] | spec.backendRef.port is required
          GlobalRateLimit | backendRef: {name: shop, port: 80}, descriptors: [{entries: [{destination: {}}]}] | spec.domain is required
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d | spec.descriptors needs at least one
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: []}] | spec.descriptors[0].entries needs at least one
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{}]}] | spec.descriptors[0].entries[0] has exactly one of
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{destination: {}, remoteAddress: {}}]}] | exactly one of
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{genericKey: {key: k}}]}] | genericKey.value is required
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{requestHeader: {name: 'a b'}}]}] | is not a header
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{requestHeader: {name: ':scheme'}}]}] | is not a header
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{destination: {}}]}], timeout: 2m | at most a minute
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{destination: {}}]}], timeout: 0s | longer than 0
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{destination: {}}]}], failureMode: Open | is "Open"
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{destination: {}}]}], statusOnLimit: 200 | statusOnLimit
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{destination: {}}]}], grpcStatusOnLimit: ABORTED | is "ABORTED"
          GlobalRateLimit | backendRef: {name: shop, port: 80}, domain: d, descriptors: [{entries: [{destination: {}}]}], failureModeDeny: true | unknown field
          """)
  void whatCannotBeIsRefused(String kind, String spec, String message) {
    Translation translation = Yaml.of(SHOP, object(kind, spec));
    assertThat(translation.isRefused()).isTrue();
    assertThat(Yaml.words(translation)).anyMatch(line -> line.contains(message));
  }
}
