// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.filters.Headers;
import io.waypoint.filters.LocalReply;
import io.waypoint.routing.model.CrossOrigin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gateway API's {@code CORS}. Every preflight is answered here and none goes upstream, whatever its
 * origin; what the application says about other origins is replaced by what the route says.
 *
 * <p>A page without permission gets its answer without the fields that would let it read it: it is
 * the browser that keeps the rule.
 */
public final class AllowCrossOrigin implements Filter {
  private static final String DETAILS = "direct_response";
  private static final String VARY = "vary";
  private static final String ORIGIN = "access-control-allow-origin";
  private static final String METHODS = "access-control-allow-methods";
  private static final String HEADERS = "access-control-allow-headers";
  private static final String EXPOSE = "access-control-expose-headers";
  private static final String CREDENTIALS = "access-control-allow-credentials";
  private static final String MAX_AGE = "access-control-max-age";
  private static final String[] ALL = {ORIGIN, METHODS, HEADERS, EXPOSE, CREDENTIALS, MAX_AGE};

  private final OriginPattern[] origins;
  private final @Nullable String methods;
  private final @Nullable String headers;
  private final @Nullable String exposed;
  private final boolean credentials;
  private final String maxAge;

  public AllowCrossOrigin(CrossOrigin rules) {
    this.origins = rules.origins().stream().map(OriginPattern::of).toArray(OriginPattern[]::new);
    this.methods = joined(rules.methods());
    this.headers = joined(rules.headers());
    String all = joined(rules.exposed());
    this.credentials = rules.credentials();
    // Browsers read "*" as a name when credentials are sent, so that it would expose nothing.
    this.exposed = credentials && CrossOrigin.ANY.equals(all) ? null : all;
    this.maxAge = Long.toString(rules.maxAge().toSeconds());
  }

  private static @Nullable String joined(List<String> names) {
    return names.isEmpty() ? null : String.join(", ", names);
  }

  /** Whether a request only asks what a page may do (Fetch standard, CORS-preflight request). */
  public static boolean isPreflight(Exchange exchange) {
    return exchange.origin() != null
        && exchange.head().method().equals("OPTIONS")
        && exchange.head().header("access-control-request-method") != null;
  }

  @Override
  public Decision onRequest(Exchange exchange) {
    if (!isPreflight(exchange)) {
      return Decision.CONTINUE;
    }
    List<LocalReply.Field> fields = new ArrayList<>();
    String origin = exchange.origin();
    if (origin != null && allows(origin)) {
      permit(exchange, origin, fields);
    }
    return new Decision.Respond(new LocalReply(200, fields, "", "-", DETAILS));
  }

  private boolean allows(String origin) {
    for (OriginPattern pattern : origins) {
      if (pattern.accepts(origin)) {
        return true;
      }
    }
    return false;
  }

  private void permit(Exchange exchange, String origin, List<LocalReply.Field> fields) {
    var head = exchange.head();
    add(fields, ORIGIN, origin);
    add(fields, VARY, "Origin");
    add(fields, METHODS, allowed(methods, head.header("access-control-request-method")));
    add(fields, HEADERS, allowed(headers, head.header("access-control-request-headers")));
    add(fields, EXPOSE, exposed);
    add(fields, CREDENTIALS, credentials ? "true" : null);
    add(fields, MAX_AGE, maxAge);
  }

  private static void add(List<LocalReply.Field> fields, String name, @Nullable String value) {
    if (value != null) {
      fields.add(new LocalReply.Field(name, value));
    }
  }

  /** With credentials a wildcard is not understood, so what is asked for is named. */
  private @Nullable String allowed(@Nullable String configured, @Nullable String asked) {
    return credentials && CrossOrigin.ANY.equals(configured) ? asked : configured;
  }

  @Override
  public void onResponse(Exchange exchange) {
    if (isPreflight(exchange)) {
      return;
    }
    Headers response = exchange.responseHeaders();
    for (String name : ALL) {
      response.remove(name);
    }
    String origin = exchange.origin();
    if (origin == null || !allows(origin)) {
      return;
    }
    response.set(ORIGIN, origin);
    response.add(VARY, "Origin");
    if (credentials) {
      response.set(CREDENTIALS, "true");
    }
    if (exposed != null) {
      response.set(EXPOSE, exposed);
    }
  }
}
