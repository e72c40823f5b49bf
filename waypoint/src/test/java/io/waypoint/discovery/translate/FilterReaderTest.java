// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.MESH;
import static io.waypoint.discovery.translate.Yaml.found;
import static io.waypoint.discovery.translate.Yaml.pod;
import static io.waypoint.discovery.translate.Yaml.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.RouteTable;
import io.waypoint.routing.model.CrossOrigin;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.PathModifier;
import io.waypoint.routing.model.Target;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters as they are written, and what an API server would not have let pass. */
class FilterReaderTest {
  private static final String SERVICES =
      String.join("---\n", MESH, service("shop"), service("cart"), pod("shop", "10.1.0.7"));
  private static final String BACKEND = "backendRefs: [{name: shop, port: 80}]";

  private static Translation of(String rule) {
    return Yaml.of(SERVICES, HttpRouteTest.route("x", "", rule));
  }

  private static List<FilterSpec> filters(String rule) {
    Translation translation = of(rule);
    assertThat(Yaml.errors(translation)).isEmpty();
    RouteTable table = found(translation.world(), "shop", 80).routes().producer();
    assertThat(table).isNotNull();
    return table == null ? List.of() : table.rules().getFirst().filters();
  }

  @Test
  void readsRedirects() {
    String redirect =
        """
        - filters:
          - type: RequestRedirect
            requestRedirect:
              scheme: https
              hostname: example.org
              port: 8443
              statusCode: 308
              path: {type: ReplacePrefixMatch, replacePrefixMatch: /new/}
        """;
    assertThat(filters(redirect))
        .containsExactly(
            new FilterSpec.RequestRedirect(
                "https", "example.org", 8443, new PathModifier.Prefix("/new"), 308));
    assertThat(filters("- filters: [{type: RequestRedirect, requestRedirect: {}}]"))
        .containsExactly(new FilterSpec.RequestRedirect(null, null, 0, null, 302));
  }

  @Test
  void readsRewrites() {
    String rewrite =
        "- {filters: [{type: URLRewrite, urlRewrite: {hostname: a.b, path: {type: ReplaceFullPath,"
            + " replaceFullPath: /x}}}], "
            + BACKEND
            + "}";
    assertThat(filters(rewrite))
        .containsExactly(new FilterSpec.UrlRewrite("a.b", new PathModifier.Full("/x")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                           | 100 | 100
          , percent: 20                                | 20 | 100
          , percent: 0                                 | 0 | 100
          ', fraction: {numerator: 25, denominator: 50}' | 25 | 50
          ', fraction: {numerator: 3}'                   | 3 | 100
          """)
  void readsMirrorsAndTheirShares(String share, int numerator, int denominator) {
    String mirror =
        "- {filters: [{type: RequestMirror, requestMirror: {backendRef: {name: cart, port: 80} "
            + share
            + "}}], "
            + BACKEND
            + "}";
    assertThat(filters(mirror))
        .singleElement()
        .isInstanceOfSatisfying(
            FilterSpec.RequestMirror.class,
            read -> {
              assertThat(read.numerator()).isEqualTo(numerator);
              assertThat(read.denominator()).isEqualTo(denominator);
              assertThat(read.backend().name()).isEqualTo("cart");
              assertThat(read.backend().target()).isInstanceOf(Target.Resolved.class);
            });
  }

  @Test
  void severalMirrorsMayStandInOneRuleAndAMissingOneIsSaid() {
    String mirror = "{type: RequestMirror, requestMirror: {backendRef: {name: %s, port: 80}}}";
    String rule =
        "- {filters: [%s, %s], %s}"
            .formatted(mirror.formatted("cart"), mirror.formatted("nobody"), BACKEND);
    assertThat(filters(rule)).hasSize(2);
    assertThat(Yaml.words(of(rule)))
        .containsExactly(
            "warning WP2007 there is no Service default/nobody with port 80; copies of requests are"
                + " not sent");
  }

  private static String auth(String fields) {
    return "- {filters: [{type: ExternalAuth, externalAuth: {" + fields + "}}], " + BACKEND + "}";
  }

  @Test
  void readsWhomToAsk() {
    String ref = "backendRef: {name: cart, port: 80}";
    assertThat(
            filters(
                auth(
                    "protocol: HTTP, forwardBody: {maxSize: 5}, "
                        + ref
                        + ", http: {path: /check/, allowedHeaders: [a], allowedResponseHeaders:"
                        + " [b]}")))
        .singleElement()
        .isInstanceOfSatisfying(
            FilterSpec.ExternalAuth.class,
            read -> {
              assertThat(read.protocol()).isEqualTo(FilterSpec.ExternalAuth.Protocol.HTTP);
              assertThat(read.backend().name()).isEqualTo("cart");
              assertThat(read.path()).isEqualTo("/check");
              assertThat(read.shown()).containsExactly("a");
              assertThat(read.taken()).containsExactly("b");
              assertThat(read.body()).isEqualTo(5);
            });
    assertThat(filters(auth("protocol: GRPC, " + ref))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          protocol: HTTP, grpc: {}                       | WP1012
          protocol: GRPC, http: {}                       | WP1012
          protocol: FTP                                  | WP1006
          protocol: HTTP, http: {path: check}            | WP1006
          protocol: HTTP, http: {path: /a/../b}          | WP1006
          protocol: HTTP, http: {path: '/a%2fb'}         | WP1006
          protocol: HTTP, http: {path: '/a?b'}           | WP1006
          protocol: HTTP, http: {allowedHeaders: ['*']}  | WP1006
          protocol: HTTP, http: {allowedHeaders: ['x-*']} | WP1006
          protocol: HTTP, forwardBody: {maxSize: -1}     | WP1007
          protocol: HTTP, timeout: 1s                    | WP1004
          forwardBody: {}                                | WP1005
          """)
  void whomToAskIsWrittenAsTheApiHasIt(String fields, String code) {
    Translation made = of(auth(fields + ", backendRef: {name: cart, port: 80}"));
    assertThat(made.problems().stream().filter(p -> p.isError()).map(p -> p.code().id()))
        .contains(code);
  }

  @ParameterizedTest
  @CsvSource({"nobody, 80", "cart, 81"})
  void withoutAnybodyToAskTheRuleAnswers500(String name, int port) {
    String rule = auth("protocol: HTTP, backendRef: {name: " + name + ", port: " + port + "}");
    assertThat(Yaml.words(of(rule))).anyMatch(word -> word.contains("the rule answers 500"));
    RouteTable table = found(of(rule).world(), "shop", 80).routes().producer();
    assertThat(table == null ? "" : table.dump().toString()).contains("nobody can be asked");
  }

  @Test
  void readsCrossOriginRules() {
    String cors =
        """
        - filters:
          - type: CORS
            cors:
              allowOrigins: ["https://a.b", "https://*.c.d:8443", "https://*"]
              allowMethods: [GET, OPTIONS]
              allowHeaders: [x-one]
              exposeHeaders: ["*"]
              allowCredentials: true
              maxAge: 3600
        """
            + "  "
            + BACKEND;
    assertThat(filters(cors))
        .containsExactly(
            new FilterSpec.Cors(
                new CrossOrigin(
                    List.of("https://a.b", "https://*.c.d:8443", "https://*"),
                    List.of("GET", "OPTIONS"),
                    List.of("x-one"),
                    List.of("*"),
                    true,
                    Duration.ofHours(1))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type: RequestRedirect, requestRedirect: {scheme: ftp} | BAD_VALUE
          type: RequestRedirect, requestRedirect: {statusCode: 200} | BAD_VALUE
          type: RequestRedirect, requestRedirect: {port: 0} | LIMIT
          type: RequestRedirect, requestRedirect: {hostname: "*.a"} | BAD_VALUE
          type: RequestRedirect, requestRedirect: {hostnam: a} | UNKNOWN_FIELD
          type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath}} | CONTRADICTION
          type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replaceFullPath: /a}} | CONTRADICTION
          type: RequestRedirect, requestRedirect: {path: {replaceFullPath: /a}} | MISSING_FIELD
          type: CORS, cors: {allowOrigins: ["a.b"]} | BAD_VALUE
          type: CORS, cors: {allowOrigins: ["https://a.b/"]} | BAD_VALUE
          type: CORS, cors: {allowOrigins: ["*", "https://a.b"]} | CONTRADICTION
          type: CORS, cors: {allowMethods: [get]} | BAD_VALUE
          type: CORS, cors: {allowMethods: ["*", GET]} | CONTRADICTION
          type: CORS, cors: {allowHeaders: ["a b"]} | BAD_VALUE
          type: CORS, cors: {maxAge: 0} | LIMIT
          type: RequestMirror, requestMirror: {backendRef: {name: cart, port: 80}, percent: 101} | LIMIT
          type: RequestMirror, requestMirror: {backendRef: {name: cart, port: 80}, percent: 1, fraction: {numerator: 1}} | CONTRADICTION
          type: RequestMirror, requestMirror: {backendRef: {name: cart, port: 80}, fraction: {numerator: 2, denominator: 1}} | BAD_VALUE
          type: RequestMirror, requestMirror: {backendRef: {name: cart, port: 80}, fraction: {denominator: 2}} | MISSING_FIELD
          type: RequestMirror, requestMirror: {backendRef: {name: cart}} | MISSING_FIELD
          """)
  void whatAnApiServerRefusesIsRefused(String filter, String error) {
    assertThat(Yaml.errors(of("- filters: [{" + filter + "}]")))
        .singleElement()
        .asString()
        .endsWith(error);
  }

  @Test
  void aPrefixIsReplacedOnlyWhereThereIsExactlyOne() {
    String rule =
        "- matches: [%s]\n  filters: [{type: URLRewrite, urlRewrite: {path: {type:"
            + " ReplacePrefixMatch, replacePrefixMatch: /x}}}]\n  "
            + BACKEND;
    assertThat(Yaml.errors(of(rule.formatted("{path: {value: /a}}")))).isEmpty();
    for (String matches :
        List.of("{path: {value: /a}}, {path: {value: /b}}", "{path: {type: Exact, value: /a}}")) {
      assertThat(Yaml.errors(of(rule.formatted(matches))))
          .singleElement()
          .asString()
          .endsWith("CONTRADICTION");
    }
  }

  @Test
  void redirectAndRewriteExcludeOneAnother() {
    assertThat(
            Yaml.errors(
                of(
                    "- filters: [{type: RequestRedirect, requestRedirect: {}}, {type: URLRewrite,"
                        + " urlRewrite: {}}]")))
        .singleElement()
        .asString()
        .endsWith("CONTRADICTION");
  }
}
