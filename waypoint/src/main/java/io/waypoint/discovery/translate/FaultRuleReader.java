// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.FaultRule;
import io.waypoint.routing.model.HeaderMatch;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.QueryMatch;
import io.waypoint.routing.model.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads one item of {@code spec.http} of a VirtualService: what it matches and its fault. Whatever
 * it says of where requests go is reported, and nobody goes by it.
 */
final class FaultRuleReader {
  private static final String MESH = "mesh";
  private static final String ROUTES = "only HTTPRoute and GRPCRoute decide about requests";

  private static final List<String> UNAPPLIED =
      List.of(
          "route",
          "redirect",
          "directResponse",
          "delegate",
          "rewrite",
          "timeout",
          "retries",
          "mirror",
          "mirrors",
          "mirrorPercent",
          "mirror_percent",
          "mirrorPercentage",
          "corsPolicy",
          "headers");

  /**
   * A rule, and the ports for which each of its matches counts.
   *
   * @param ports 0 for every port, one for each match of the rule
   */
  record Read(FaultRule rule, List<Integer> ports) {
    /** Null when none of its matches is for a port. */
    @Nullable FaultRule on(int port) {
      if (rule.matches().isEmpty()) {
        return rule;
      }
      List<FaultRule.Condition> matches = new ArrayList<>();
      for (int i = 0; i < ports.size(); i++) {
        if (ports.get(i) == 0 || ports.get(i) == port) {
          matches.add(rule.matches().get(i));
        }
      }
      return matches.isEmpty()
          ? null
          : new FaultRule(rule.origin(), rule.number(), matches, rule.fault());
    }
  }

  private FaultRuleReader() {}

  /** Null when no request of a caller in the mesh can match. */
  static @Nullable Read read(Manifest manifest, Doc doc) {
    List<String> known = new ArrayList<>(UNAPPLIED);
    known.addAll(List.of("name", "match", "fault"));
    doc.only(known);
    UNAPPLIED.forEach(field -> ConnectionPoolReader.without(doc.field(field), ROUTES));
    var fault = FaultReader.read(doc.field("fault"));
    List<FaultRule.Condition> matches = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    List<Doc> written = doc.field("match").list();
    for (Doc each : written) {
      FaultRule.Condition match = condition(each);
      if (match != null) {
        matches.add(match);
        ports.add(each.field("port").integer(1, 65_535, 0));
      }
    }
    if (matches.isEmpty() && !written.isEmpty()) {
      return null;
    }
    var origin =
        new Origin(
            manifest.kind(), manifest.namespace(), manifest.name(), doc.position().toString());
    return new Read(new FaultRule(origin, Integer.parseInt(doc.name()) + 1, matches, fault), ports);
  }

  /** Null when it cannot be judged, so that it matches nothing, or is for others. */
  private static FaultRule.@Nullable Condition condition(Doc doc) {
    doc.only(
        "name",
        "uri",
        "ignoreUriCase",
        "method",
        "authority",
        "scheme",
        "headers",
        "withoutHeaders",
        "queryParams",
        "port",
        "gateways",
        "sourceLabels",
        "sourceNamespace",
        "statPrefix");
    boolean judged = true;
    if (doc.has("sourceLabels")) {
      nothing(doc.field("sourceLabels"), "a certificate says nothing of its workload's labels");
      judged = false;
    }
    if (doc.has("scheme")) {
      nothing(doc.field("scheme"), "the scheme is the caller's own claim");
      judged = false;
    }
    List<String> gateways = doc.field("gateways").texts();
    judged &= gateways.isEmpty() || gateways.contains(MESH);
    ConnectionPoolReader.without(doc.field("statPrefix"), "metrics have labels instead");
    int errors = doc.errorsSoFar();
    var condition =
        new FaultRule.Condition(
            text(doc.field("uri"), doc.field("ignoreUriCase").flag(false)),
            text(doc.field("method"), false),
            text(doc.field("authority"), false),
            named(doc.field("headers"), (name, value) -> new HeaderMatch(name, value)),
            named(doc.field("withoutHeaders"), (name, value) -> new HeaderMatch(name, value)),
            named(doc.field("queryParams"), (name, value) -> new QueryMatch(name, value)),
            doc.field("sourceNamespace").text());
    return judged && doc.errorsSoFar() == errors ? condition : null;
  }

  private static void nothing(Doc doc, String because) {
    doc.warning(
        Code.NOT_SUPPORTED,
        doc.path()
            + " is not applied at a waypoint, because "
            + because
            + ": this match matches"
            + " nothing");
  }

  private static <T> List<T> named(Doc map, BiFunction<String, ValueMatch, T> make) {
    List<T> all = new ArrayList<>();
    for (Doc doc : map.fields()) {
      ValueMatch value = text(doc, false);
      ValueMatch wanted = value == null ? new ValueMatch.Regex(".*") : value;
      T match = MatchReader.refused(doc, () -> make.apply(doc.name(), wanted));
      if (match != null) {
        all.add(match);
      }
    }
    return all;
  }

  /** A StringMatch; null when it is not written, or empty, which any value matches. */
  private static @Nullable ValueMatch text(Doc doc, boolean ignoreCase) {
    doc.only("exact", "prefix", "regex");
    List<Doc> written = doc.fields();
    if (written.isEmpty()) {
      return null;
    }
    if (written.size() > 1) {
      doc.error(Code.CONTRADICTION, doc.path() + " has one of exact, prefix and regex");
      return null;
    }
    Doc value = written.getFirst();
    String text = value.text("");
    if (value.name().equals("exact") && !ignoreCase) {
      return new ValueMatch.Exact(text);
    }
    String flags = ignoreCase ? "(?i)" : "";
    String pattern =
        switch (value.name()) {
          case "exact" -> flags + literal(text);
          case "prefix" -> flags + literal(text) + ".*";
          default -> text;
        };
    return MatchReader.refused(value, () -> new ValueMatch.Regex(pattern));
  }

  /** As a pattern that matches this text alone. */
  private static String literal(String text) {
    var pattern = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\\^$.|?*+()[]{}".indexOf(c) >= 0) {
        pattern.append('\\');
      }
      pattern.append(c);
    }
    return pattern.toString();
  }
}
