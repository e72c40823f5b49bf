// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import io.waypoint.filters.fault.InjectFault;
import io.waypoint.filters.http.AllowCrossOrigin;
import io.waypoint.filters.http.MirrorRequests;
import io.waypoint.filters.http.ModifyRequestHeaders;
import io.waypoint.filters.http.ModifyResponseHeaders;
import io.waypoint.filters.http.Redirect;
import io.waypoint.filters.http.RewriteTarget;
import io.waypoint.filters.limit.AskLimiter;
import io.waypoint.filters.limit.LimitRate;
import io.waypoint.filters.security.AskAuthorizer;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds filters from what a route says. A new kind of filter begins here: the switches ask for it.
 *
 * <p>Gateway API leaves the order of filters open. Ours is one, whatever order they are written in:
 *
 * <pre>
 *   cross origin ─► response headers ─► local rate limit ─► authorizer ─► global rate limit
 *                    mirror ◄─ rewrite ◄─ request headers ◄─ redirect ◄─ fault ◄─┘
 * </pre>
 *
 * those of the rule, then those of the backend, and mirrors after all: they send what goes
 * upstream. Answers pass back the other way, so that a preflight and a redirect get the response
 * headers of their rule, and nothing takes away again what lets a page read its answer. A local
 * limit spares the authorizer; a global one counts what the authorizer has proved.
 */
public final class FilterCatalog {
  private FilterCatalog() {}

  /** The chain of a rule and of the backend chosen within it, whose own filters come second. */
  public static FilterChain chain(Rule rule, List<FilterSpec> backend) {
    if (rule.filters().isEmpty() && backend.isEmpty()) {
      return FilterChain.EMPTY;
    }
    return made(rule, inOrder(rule.filters(), backend));
  }

  /** The same for a request that is broken on purpose, whatever its rule says. */
  public static FilterChain chain(Rule rule, List<FilterSpec> backend, FilterSpec.Fault fault) {
    List<FilterSpec> ofRule = new ArrayList<>(rule.filters());
    ofRule.addFirst(fault);
    return made(rule, inOrder(ofRule, backend));
  }

  /** Of a request to a service without routes that is broken on purpose. */
  public static FilterChain chain(FilterSpec.Fault fault) {
    return new FilterChain(List.of(filter(fault, null)));
  }

  /** The same without what depends on chance and on other requests: for explanations. */
  public static FilterChain undisturbed(Rule rule, List<FilterSpec> backend) {
    List<FilterSpec> specs = inOrder(rule.filters(), backend);
    specs.removeIf(FilterSpec.Interference.class::isInstance);
    return made(rule, specs);
  }

  private static FilterChain made(Rule rule, List<FilterSpec> specs) {
    String prefix = rule.onlyPrefix();
    return new FilterChain(specs.stream().map(spec -> filter(spec, prefix)).toList());
  }

  private static List<FilterSpec> inOrder(List<FilterSpec> rule, List<FilterSpec> backend) {
    List<FilterSpec> specs = new ArrayList<>(inOrder(rule));
    specs.addAll(inOrder(backend));
    specs.sort(Comparator.comparing(spec -> spec instanceof FilterSpec.RequestMirror));
    return specs;
  }

  private static List<FilterSpec> inOrder(List<FilterSpec> specs) {
    return specs.stream().sorted(Comparator.comparingInt(FilterCatalog::place)).toList();
  }

  private static int place(FilterSpec spec) {
    return switch (spec) {
      case FilterSpec.Cors _ -> 0;
      case FilterSpec.ResponseHeaderModifier _ -> 1;
      case FilterSpec.LocalRateLimit _ -> 2;
      case FilterSpec.ExternalAuth _ -> 3;
      case FilterSpec.GlobalRateLimit _ -> 4;
      case FilterSpec.Fault _ -> 5;
      case FilterSpec.RequestRedirect _ -> 6;
      case FilterSpec.RequestHeaderModifier _ -> 7;
      case FilterSpec.UrlRewrite _ -> 8;
      case FilterSpec.RequestMirror _ -> 9;
    };
  }

  private static Filter filter(FilterSpec spec, @Nullable String prefix) {
    return switch (spec) {
      case FilterSpec.Cors(var rules) -> new AllowCrossOrigin(rules);
      case FilterSpec.ResponseHeaderModifier(var change) -> new ModifyResponseHeaders(change);
      case FilterSpec.LocalRateLimit limit -> new LimitRate(limit);
      case FilterSpec.ExternalAuth auth -> new AskAuthorizer(auth);
      case FilterSpec.GlobalRateLimit limit -> new AskLimiter(limit);
      case FilterSpec.Fault fault -> new InjectFault(fault);
      case FilterSpec.RequestRedirect redirect -> new Redirect(redirect, prefix);
      case FilterSpec.RequestHeaderModifier(var change) -> new ModifyRequestHeaders(change);
      case FilterSpec.UrlRewrite rewrite -> new RewriteTarget(rewrite, prefix);
      case FilterSpec.RequestMirror mirror -> MirrorRequests.of(mirror);
    };
  }
}
