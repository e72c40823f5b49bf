// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.filters.Decision;
import io.waypoint.filters.FakeExchange;
import io.waypoint.filters.LocalReply;
import io.waypoint.routing.model.CrossOrigin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowCrossOriginTest {
  private static final List<String> ANY = List.of("*");

  private final FakeExchange exchange = new FakeExchange();

  private static AllowCrossOrigin origins(String... origins) {
    return all(List.of(origins), false);
  }

  private static AllowCrossOrigin all(List<String> origins, boolean credentials) {
    return new AllowCrossOrigin(
        new CrossOrigin(origins, ANY, ANY, ANY, credentials, CrossOrigin.DEFAULT_MAX_AGE));
  }

  private Map<String, String> preflight(AllowCrossOrigin filter, String origin) {
    exchange.method = "OPTIONS";
    exchange.request.set("origin", origin);
    exchange.request.set("access-control-request-method", "PUT");
    assertThat(filter.onRequest(exchange)).isInstanceOf(Decision.Respond.class);
    Map<String, String> fields = new TreeMap<>();
    if (filter.onRequest(exchange) instanceof Decision.Respond(LocalReply reply)) {
      assertThat(reply.status()).isEqualTo(200);
      reply.fields().forEach(field -> fields.put(field.name(), field.value()));
    }
    return fields;
  }

  @ParameterizedTest
  @CsvSource({
    "https://www.foo.com,   https://www.foo.com,       true",
    "https://www.foo.com,   https://www.foo.com:443,   true",
    "https://www.foo.com,   https://WWW.FOO.COM,       true",
    "https://www.foo.com,   https://www.foo.com:444,   false",
    "https://www.foo.com,   http://www.foo.com,        false",
    "https://www.foo.com,   https://www.foo.com.evil,  false",
    "https://www.foo.com,   https://evil-www.foo.com,  false",
    "https://www.foo.com,   https://www.foo.com/x,     false",
    "https://www.foo.com,   https://a@www.foo.com,     false",
    "https://www.foo.com,   https://wwwxfoo.com,       false",
    "https://*.bar.com,     https://www.bar.com,       true",
    "https://*.bar.com,     https://a.b.bar.com,       true",
    "https://*.bar.com,     https://bar.com,           false",
    "https://*.bar.com,     https://.bar.com,          false",
    "https://*.bar.com,     https://foobar.com,        false",
    "https://*.bar.com,     https://www.bar.com.evil,  false",
    "https://*.bar.com:8443, https://www.bar.com:8443, true",
    "https://*.bar.com:8443, https://www.bar.com,      false",
    "https://*,             https://anything.at.all,   true",
    "https://*,             http://anything.at.all,    false",
    "*,                     https://foobar.com:12345,  true",
    "*,                     chrome-extension://abc,    true",
    "*,                     null,                      false",
    "*,                     https://a b,               false",
    "*,                     https://,                  false",
    "*,                     https://a:99999,           false",
    "*,                     https://a:,                false"
  })
  void judgesOriginsAsWholes(String pattern, String origin, boolean allowed) {
    assertThat(preflight(origins(pattern), origin).containsKey("access-control-allow-origin"))
        .isEqualTo(allowed);
  }

  @Test
  void aPreflightIsAnsweredWhateverItsOrigin() {
    assertThat(preflight(origins("https://a.b"), "https://c.d")).isEmpty();
  }

  @Test
  void withCredentialsNothingIsAWildcard() {
    exchange.request.set("access-control-request-headers", "x-one, x-two");
    assertThat(preflight(all(ANY, true), "https://a.b"))
        .containsEntry("access-control-allow-origin", "https://a.b")
        .containsEntry("access-control-allow-methods", "PUT")
        .containsEntry("access-control-allow-headers", "x-one, x-two")
        .containsEntry("access-control-allow-credentials", "true")
        .containsEntry("vary", "Origin")
        .containsEntry("access-control-max-age", "5")
        .doesNotContainKey("access-control-expose-headers");
    assertThat(preflight(all(ANY, false), "https://a.b"))
        .containsEntry("access-control-allow-methods", "*")
        .containsEntry("access-control-allow-headers", "*")
        .doesNotContainKey("access-control-allow-credentials");
  }

  @Test
  void withoutTheFieldsOfAPreflightOptionsIsARequestLikeAnyOther() {
    exchange.method = "OPTIONS";
    exchange.request.set("origin", "https://a.b");
    assertThat(origins("*").onRequest(exchange)).isSameAs(Decision.CONTINUE);
    exchange.request.remove("origin");
    exchange.request.set("access-control-request-method", "PUT");
    assertThat(origins("*").onRequest(exchange)).isSameAs(Decision.CONTINUE);
  }

  @Test
  void whatTheApplicationSaysAboutOriginsIsReplaced() {
    var rules =
        new CrossOrigin(
            List.of("https://a.b"),
            List.of("GET"),
            List.of(),
            List.of("x-three", "x-four"),
            true,
            Duration.ofHours(1));
    var filter = new AllowCrossOrigin(rules);
    exchange.request.set("origin", "https://a.b");
    exchange.response.set("access-control-allow-origin", "*");
    exchange.response.set("vary", "accept");
    filter.onResponse(exchange);
    assertThat(exchange.response.all("access-control-allow-origin")).containsExactly("https://a.b");
    assertThat(exchange.response.all("access-control-expose-headers"))
        .containsExactly("x-three, x-four");
    assertThat(exchange.response.all("access-control-allow-credentials")).containsExactly("true");
    assertThat(exchange.response.all("vary")).containsExactly("accept", "Origin");

    exchange.response.fields.clear();
    exchange.response.set("access-control-allow-origin", "*");
    exchange.request.set("origin", "https://evil.example");
    filter.onResponse(exchange);
    assertThat(exchange.response.fields).isEmpty();
  }
}
