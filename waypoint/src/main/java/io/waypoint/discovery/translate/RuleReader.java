// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Rule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the rules of one route. */
final class RuleReader {
  private static final int MOST_MATCHES = 64;
  private static final List<String> HTTP_FIELDS =
      List.of(
          "name", "matches", "filters", "backendRefs", "timeouts", "retry", "sessionPersistence");
  private static final List<String> GRPC_FIELDS =
      List.of("name", "matches", "filters", "backendRefs", "sessionPersistence");
  private static final List<String> GRPC_FILTERS =
      List.of("RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef");

  private final Manifest route;
  private final BackendReader backends;
  private final boolean grpc;

  RuleReader(Manifest route, BackendReader backends) {
    this.route = route;
    this.backends = backends;
    this.grpc = route.kind().equals(Kinds.GRPC_ROUTE);
  }

  /**
   * Null when the rule matches nothing.
   *
   * @param doc an item of the route's rules
   */
  @Nullable Rule read(Doc doc, @Nullable String name) {
    doc.only(grpc ? GRPC_FIELDS : HTTP_FIELDS);
    List<Doc> matchDocs = doc.field("matches").list(MOST_MATCHES);
    List<Match> matches = matches(matchDocs);
    Doc filterList = doc.field("filters");
    checkTypes(filterList);
    var filters = FilterReader.read(route, filterList, backends);
    FilterReader.checkPrefixes(filterList, matches);
    Doc backendList = doc.field("backendRefs");
    for (Doc backend : backendList.list()) {
      checkTypes(backend.field("filters"));
      FilterReader.checkPrefixes(backend.field("filters"), matches);
    }
    boolean redirects = FilterReader.redirects(filterList);
    if (redirects && !backendList.list().isEmpty()) {
      doc.error(Code.CONTRADICTION, "a rule with RequestRedirect has no backendRefs");
    }
    List<Backend> read =
        redirects ? List.of() : backends.read(route, backendList, Integer.parseInt(doc.name()));
    var timeouts = TimingReader.timeouts(doc.field("timeouts"));
    var retry = TimingReader.retry(doc.field("retry"));
    var persistence = SessionReader.read(route, doc.field("sessionPersistence"));
    if (matches.isEmpty() && !matchDocs.isEmpty()) {
      Doc list = doc.field("matches");
      list.warning(Code.RULE_BROKEN, "none of its matches can be had: this rule matches nothing");
      return null;
    }
    List<Match> wanted = matches.isEmpty() && grpc ? List.of(Match.ANY_CALL) : matches;
    String obstacle = filters.obstacle();
    return obstacle != null
        ? Rule.broken(name, wanted, obstacle)
        : new Rule(name, wanted, filters.filters(), read, timeouts, retry, persistence);
  }

  private List<Match> matches(List<Doc> docs) {
    List<Match> matches = new ArrayList<>();
    for (Doc doc : docs) {
      Match match = grpc ? CallReader.read(doc) : MatchReader.read(doc);
      if (match != null && matches.size() < MOST_MATCHES) {
        matches.add(match);
      }
    }
    return matches;
  }

  /** A GRPCRoute has fewer types of filters. */
  private void checkTypes(Doc filters) {
    if (grpc) {
      filters.list().forEach(filter -> filter.field("type").oneOf(GRPC_FILTERS));
    }
  }
}
