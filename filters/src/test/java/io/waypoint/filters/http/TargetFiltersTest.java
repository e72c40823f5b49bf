// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypoint.filters.Decision;
import io.waypoint.filters.FakeExchange;
import io.waypoint.filters.LocalReply;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.PathModifier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Redirects and rewrites: the tables of Gateway API, HTTPPathModifier and
 * HTTPRequestRedirectFilter.
 */
class TargetFiltersTest {
  private final FakeExchange exchange = new FakeExchange();

  private static String trimmed(String prefix) {
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  private String rewritten(String path, String prefix, String replacement) {
    exchange.path = path;
    var rewrite = new FilterSpec.UrlRewrite(null, new PathModifier.Prefix(replacement));
    assertThat(new RewriteTarget(rewrite, trimmed(prefix)).onRequest(exchange))
        .isSameAs(Decision.CONTINUE);
    return exchange.rewrittenPath;
  }

  @ParameterizedTest
  @CsvSource({
    "/foo/bar, /foo,  /xyz,  /xyz/bar",
    "/foo/bar, /foo,  /xyz/, /xyz/bar",
    "/foo/bar, /foo/, /xyz,  /xyz/bar",
    "/foo/bar, /foo/, /xyz/, /xyz/bar",
    "/foo,     /foo,  /xyz,  /xyz",
    "/foo/,    /foo,  /xyz,  /xyz/",
    "/foo/bar, /foo,  '',    /bar",
    "/foo/bar, /foo,  /,     /bar",
    "/foo/,    /foo,  '',    /",
    "/foo/,    /foo,  /,     /",
    "/foo,     /foo,  '',    /",
    "/foo,     /foo,  /,     /",
    "/test,    /,     /foo,  /foo/test",
    "/,        /,     /foo,  /foo/"
  })
  void replacesAPrefixByElements(String path, String prefix, String replacement, String expected) {
    assertThat(rewritten(path, prefix, replacement)).isEqualTo(expected);
  }

  @Test
  void whateverIsReplacedThePathStaysOne() {
    var random = RandomGenerator.of("L64X128MixRandom");
    String[] elements = {"a", "bb", "c%20c", "", "d.e"};
    for (int i = 0; i < 20_000; i++) {
      String prefix = path(random, elements).replaceAll("/+", "/");
      String rest = random.nextBoolean() ? "" : path(random, elements);
      String replacement = path(random, elements).replaceAll("/+", "/");
      String result = rewritten(trimmed(prefix) + rest, prefix, replacement);
      assertThat(result).startsWith("/").endsWith(rest).doesNotContain("bba", "abb", "ebb");
      assertThat(result).hasSize(Math.max(1, trimmed(replacement).length() + rest.length()));
    }
  }

  private static String path(RandomGenerator random, String[] elements) {
    var path = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      path.append('/').append(elements[random.nextInt(elements.length)]);
    }
    return path.toString();
  }

  @Test
  void rewritesTheHostAndTheWholePath() {
    exchange.path = "/a/b";
    var rewrite = new FilterSpec.UrlRewrite("one.example", new PathModifier.Full("/c"));
    new RewriteTarget(rewrite, null).onRequest(exchange);
    assertThat(exchange.authority).isEqualTo("one.example");
    assertThat(exchange.rewrittenPath).isEqualTo("/c");
  }

  @Test
  void thereIsNoPrefixToReplaceInARuleWithSeveralMatches() {
    var rewrite = new FilterSpec.UrlRewrite(null, new PathModifier.Prefix("/x"));
    assertThatThrownBy(() -> new RewriteTarget(rewrite, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "http,  example.org,      80,   ,      0,    http://example.org/p?q=1",
    "http,  example.org,      80,   ,      80,   http://example.org/p?q=1",
    "http,  example.org,      80,   ,      8080, http://example.org:8080/p?q=1",
    "http,  example.org,      80,   https, 0,    https://example.org/p?q=1",
    "http,  example.org,      80,   https, 443,  https://example.org/p?q=1",
    "http,  example.org,      80,   https, 8443, https://example.org:8443/p?q=1",
    "http,  example.org,      8080, ,      0,    http://example.org:8080/p?q=1",
    "http,  example.org:8080, 8080, ,      0,    http://example.org:8080/p?q=1",
    "http,  example.org,      8080, ,      80,   http://example.org/p?q=1",
    "http,  example.org,      8080, https, 0,    https://example.org/p?q=1",
    "https, example.org,      443,  ,      0,    https://example.org/p?q=1",
    "https, example.org,      443,  ,      443,  https://example.org/p?q=1",
    "https, example.org,      443,  ,      8443, https://example.org:8443/p?q=1",
    "https, example.org,      443,  http,  0,    http://example.org/p?q=1",
    "https, example.org,      443,  http,  80,   http://example.org/p?q=1",
    "https, example.org,      443,  http,  8080, http://example.org:8080/p?q=1",
    "http,  [2001:db8::1],    80,   ,      0,    http://[2001:db8::1]/p?q=1",
    "http,  [2001:db8::1]:81, 80,   ,      0,    http://[2001:db8::1]:81/p?q=1"
  })
  void redirectsWhereTheTableSays(
      String scheme,
      String authority,
      int dialled,
      @Nullable String newScheme,
      int newPort,
      String location) {
    exchange.scheme = scheme;
    exchange.authority = authority;
    exchange.port = dialled;
    exchange.path = "/p";
    exchange.query = "q=1";
    var redirect = new FilterSpec.RequestRedirect(newScheme, null, newPort, null, 302);
    assertThat(location(redirect)).isEqualTo(location);
  }

  private String location(FilterSpec.RequestRedirect redirect) {
    Decision decision = new Redirect(redirect, "/p").onRequest(exchange);
    assertThat(decision).isInstanceOf(Decision.Respond.class);
    LocalReply reply = ((Decision.Respond) decision).reply();
    assertThat(reply.status()).isEqualTo(redirect.status());
    assertThat(reply.fields()).hasSize(1).first().extracting("name").isEqualTo("location");
    return reply.fields().getFirst().value();
  }

  @Test
  void redirectsToAnotherHostAndPath() {
    exchange.authority = "reviews:9080";
    exchange.path = "/p/x";
    var path = new PathModifier.Prefix("/r");
    assertThat(location(new FilterSpec.RequestRedirect(null, "example.org", 0, path, 308)))
        .isEqualTo("http://example.org:9080/r/x");
    assertThat(
            location(
                new FilterSpec.RequestRedirect(
                    "https", "example.org", 0, new PathModifier.Full("/full"), 301)))
        .isEqualTo("https://example.org/full");
  }

  @Test
  void whatWouldSplitALocationOrARequestLineIsRefused() {
    for (String path :
        new String[] {"/a b", "/a\r\nb", "/a?b", "/a#b", "a", "/a/../b", "/\u00e9"}) {
      assertThatThrownBy(() -> new PathModifier.Full(path))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new PathModifier.Prefix(path))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String host : new String[] {"a b", "a:80", "*.a", "a/b", "A", ""}) {
      assertThatThrownBy(() -> new FilterSpec.UrlRewrite(host, null))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new FilterSpec.RequestRedirect(null, null, 0, null, 200))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FilterSpec.RequestRedirect("ftp", null, 0, null, 302))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
