// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import io.waypoint.config.Units;
import io.waypoint.routing.model.FaultRule;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.HeaderChange;
import io.waypoint.routing.model.PathModifier;
import io.waypoint.routing.model.Retry;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.SessionPersistence;
import io.waypoint.routing.model.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a rule does to its requests, in a few words each. */
final class FilterWords {
  private FilterWords() {}

  static List<String> of(Rule rule, List<FilterSpec> backend) {
    List<String> words = new ArrayList<>();
    rule.filters().forEach(filter -> words.add(of(filter)));
    backend.forEach(filter -> words.add(of(filter) + " (backend)"));
    Timeouts timeouts = rule.timeouts();
    if (timeouts != null) {
      add(words, "timeout", timeouts.request());
      add(words, "timeout of an attempt", timeouts.backendRequest());
    }
    Retry retry = rule.retry();
    if (retry != null) {
      String codes =
          retry.codes().stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
      words.add("retry " + retry.attempts() + "x" + (codes.isEmpty() ? "" : " on " + codes));
    }
    SessionPersistence session = rule.persistence();
    if (session != null) {
      String name = session.name() == null ? "" : " " + session.name();
      words.add(
          "session by "
              + (session.type() == SessionPersistence.Type.COOKIE ? "cookie" : "header")
              + name);
    }
    return words;
  }

  /** What a VirtualService does to a request; nothing without one. */
  static List<String> of(@Nullable FaultRule rule) {
    return rule == null || rule.fault() == null
        ? List.of()
        : List.of(of(rule.fault()) + " by " + rule.label());
  }

  private static void add(List<String> words, String what, @Nullable Duration limit) {
    if (limit != null) {
      words.add(what + " " + (limit.isZero() ? "off" : Units.text(limit)));
    }
  }

  private static String of(FilterSpec spec) {
    return switch (spec) {
      case FilterSpec.RequestHeaderModifier(var change) ->
          "RequestHeaderModifier(" + words(change) + ")";
      case FilterSpec.ResponseHeaderModifier(var change) ->
          "ResponseHeaderModifier(" + words(change) + ")";
      case FilterSpec.RequestRedirect redirect -> "RequestRedirect(" + redirect.status() + ")";
      case FilterSpec.UrlRewrite(var host, var path) ->
          "URLRewrite("
              + (host == null ? "" : "host " + host)
              + (host == null || path == null ? "" : ", ")
              + (path == null ? "" : words(path))
              + ")";
      case FilterSpec.RequestMirror(var backend, int numerator, int denominator) ->
          "RequestMirror(%d/%d to %s/%s:%d)"
              .formatted(
                  numerator, denominator, backend.namespace(), backend.name(), backend.port());
      case FilterSpec.Cors(var rules) -> "CORS(" + String.join(", ", rules.origins()) + ")";
      case FilterSpec.Fault(var delay, var abort) ->
          "Fault("
              + (delay == null ? "" : "delay " + Units.text(delay.time()) + " " + delay.share())
              + (delay == null || abort == null ? "" : ", ")
              + (abort == null ? "" : "abort " + abort.status() + " " + abort.share())
              + ")";
      case FilterSpec.LocalRateLimit limit ->
          "LocalRateLimit(%s: %d in %s)"
              .formatted(limit.name(), limit.perFill(), Units.text(limit.interval()));
      case FilterSpec.GlobalRateLimit limit ->
          "GlobalRateLimit(%s: asks %s/%s:%d, %s)"
              .formatted(
                  limit.name(),
                  limit.service().namespace(),
                  limit.service().name(),
                  limit.service().port(),
                  limit.open() ? "passes without an answer" : "500 without an answer");
      case FilterSpec.ExternalAuth auth ->
          "ExternalAuth(%s %s/%s:%d)"
              .formatted(
                  auth.protocol(),
                  auth.backend().namespace(),
                  auth.backend().name(),
                  auth.backend().port());
    };
  }

  private static String words(PathModifier path) {
    return switch (path) {
      case PathModifier.Full(String to) -> "path " + to;
      case PathModifier.Prefix(String to) -> "prefix -> " + (to.isEmpty() ? "/" : to);
    };
  }

  private static String words(HeaderChange change) {
    List<String> words = new ArrayList<>();
    change.set().forEach(field -> words.add("=" + field.name() + "=" + field.value()));
    change.add().forEach(field -> words.add("+" + field.name() + "=" + field.value()));
    change.remove().forEach(name -> words.add("-" + name));
    return String.join(" ", words);
  }
}
