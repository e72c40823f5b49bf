// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.routing.RouteRule;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.SessionPersistence;
import io.waypoint.routing.model.Target;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The session that a request belongs to, under a rule that keeps sessions (Gateway API,
 * SessionPersistence; GEP-1619). It holds whatever the weights are, and whatever other endpoints
 * come and go; when its own endpoint is gone a new one begins, or, where the rule is strict, there
 * is no answer.
 */
final class Session {
  private static final String COOKIE = "cookie";
  private static final String SET_COOKIE = "set-cookie";

  private final SessionPersistence rules;
  private final String rule;
  private final String name;
  private final SessionSeal seal;
  private final long now;
  private SessionSeal.@Nullable Opened opened;
  private @Nullable Backend backend;
  private @Nullable Endpoint endpoint;

  private Session(SessionPersistence rules, RouteRule rule, SessionSeal seal, long now) {
    this.rules = rules;
    this.rule = rule.label();
    String written = rules.name();
    this.name = written == null ? ownName(rule) : written;
    this.seal = seal;
    this.now = now;
  }

  /** Reads the session from a request; null when the rule keeps none. */
  static @Nullable Session of(RouteRule rule, CanonicalRequest request, ProxyLoop loop) {
    SessionPersistence rules = rule.rule().persistence();
    if (rules == null) {
      return null;
    }
    long now = loop.environment().time().clock().millis() / 1_000;
    var session = new Session(rules, rule, loop.environment().shared().sessions(), now);
    String token = session.token(request);
    if (token != null) {
      session.resume(token, rule.rule().backends());
    }
    return session;
  }

  /** A cookie of a rule's own; the label holds what a name may not. */
  private static String ownName(RouteRule rule) {
    return "waypoint-session-" + Integer.toHexString(rule.label().hashCode());
  }

  private @Nullable String token(CanonicalRequest request) {
    if (rules.type() == SessionPersistence.Type.HEADER) {
      return request.headers().get(name);
    }
    List<String> fields = request.headers().getAll(COOKIE);
    for (int i = 0; i < fields.size(); i++) {
      String value = cookie(fields.get(i));
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private @Nullable String cookie(String field) {
    int start = 0;
    while (start < field.length()) {
      int semicolon = field.indexOf(';', start);
      int end = semicolon < 0 ? field.length() : semicolon;
      int from = start;
      while (from < end && field.charAt(from) == ' ') {
        from++;
      }
      int value = from + name.length() + 1;
      if (value <= end && field.startsWith(name, from) && field.charAt(value - 1) == '=') {
        return field.substring(value, end);
      }
      start = end + 1;
    }
    return null;
  }

  private void resume(String token, List<Backend> backends) {
    SessionSeal.Opened found = seal.open(token, rule);
    Duration limit = rules.absoluteTimeout();
    if (found == null || limit != null && now - found.since() >= limit.toSeconds()) {
      return;
    }
    opened = found;
    for (Backend candidate : backends) {
      if (candidate.target() instanceof Target.Resolved(var endpoints)) {
        int ready = endpoints.readyCount();
        for (int i = 0; i < ready; i++) {
          Endpoint one = endpoints.endpoints().get(i);
          if (place(one).equals(found.place())) {
            backend = candidate;
            endpoint = one;
            return;
          }
        }
      }
    }
  }

  private static String place(Endpoint endpoint) {
    return endpoint.workload() + "@" + endpoint.address();
  }

  /** The backend of the session's endpoint; null when the session is new or its endpoint gone. */
  @Nullable Backend backend() {
    return backend;
  }

  @Nullable Endpoint endpoint() {
    return endpoint;
  }

  /** Whether there is a session that may not go on elsewhere, and cannot go on where it was. */
  boolean isLost() {
    return rules.strict() && opened != null && endpoint == null;
  }

  /** Whether it may not go on elsewhere. */
  boolean isStrict() {
    return rules.strict() && endpoint != null;
  }

  /** Tells the caller where its session is, unless it knows. */
  void mark(Endpoint served, MultiMap response) {
    if (served.equals(endpoint)) {
      return;
    }
    String token = seal.seal(place(served), now, rule);
    if (rules.type() == SessionPersistence.Type.HEADER) {
      response.set(name, token);
      return;
    }
    var cookie = new StringBuilder(name).append('=').append(token);
    String path = rules.path();
    cookie.append("; Path=").append(path == null ? "/" : path);
    Duration limit = rules.absoluteTimeout();
    if (rules.permanent() && limit != null) {
      cookie.append("; Max-Age=").append(limit.toSeconds());
    }
    response.add(SET_COOKIE, cookie.append("; HttpOnly").toString());
  }
}
