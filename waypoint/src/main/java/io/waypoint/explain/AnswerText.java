// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import io.waypoint.explain.Answer.Outcome;
import io.waypoint.explain.Answer.RoutePart;
import io.waypoint.explain.Answer.Sends;
import io.waypoint.explain.Answer.Share;
import io.waypoint.rbac.Explanation.Candidate;
import io.waypoint.routing.Explanation.Step;
import io.waypoint.world.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An answer for a person: a line a step, and under it what was considered, with the reason. */
public final class AnswerText {
  private static final String MARGIN = " ".repeat(13);
  private static final int MOST = 10;

  private final Answer answer;
  private final boolean all;
  private final UnaryOperator<String> dim;
  private final List<String> lines = new ArrayList<>();

  private AnswerText(Answer answer, boolean all, UnaryOperator<String> dim) {
    this.answer = answer;
    this.all = all;
    this.dim = dim;
  }

  /**
   * The lines.
   *
   * @param all whether everything that was considered is told, however much it is
   * @param dim how the less important is written
   */
  public static List<String> of(Answer answer, boolean all, UnaryOperator<String> dim) {
    var text = new AnswerText(answer, all, dim);
    text.write();
    return text.lines;
  }

  private void write() {
    lines.add(answer.question() + "   as " + answer.question().caller());
    destination(answer.destination());
    PolicyPart policies = answer.policies();
    if (policies != null) {
      authenticate(answer.destination());
      line("authorize", policies.verdict());
      considered(policies.explanation().candidates().stream().map(AnswerText::words).toList());
      closest(policies.explanation().closest());
    }
    RoutePart routes = answer.routes();
    if (routes != null) {
      route(routes);
    }
    answer.shares().forEach(this::share);
    Outcome outcome = answer.outcome();
    line("answer", outcome.isForwarded() ? outcome.reason() : words(outcome));
  }

  private void destination(@Nullable Destination to) {
    if (to == null) {
      line("destination", "none");
      return;
    }
    String what = (to.workload() ? "workload " : "Service ") + to.namespace() + "/" + to.service();
    line(
        "destination",
        what + " port " + to.port() + ", " + to.protocol().name().toLowerCase(Locale.ROOT));
    String path = answer.path();
    if (path != null && !path.equals(answer.question().target())) {
      lines.add(MARGIN + "path in canonical form: " + path);
    }
  }

  private void authenticate(@Nullable Destination to) {
    if (to != null && !to.tokens().isEmpty()) {
      line("authenticate", "mTLS; tokens are not looked at: judged as a caller without one");
    }
  }

  /** What to change for the caller to get in, by the rule that lacks least. */
  private void closest(@Nullable Candidate rule) {
    if (rule != null) {
      lines.add(MARGIN + "closest: " + rule.policyId() + ", which lacks");
      rule.missing().forEach(missing -> lines.add(MARGIN + "  " + missing));
    }
  }

  private static String words(Candidate candidate) {
    String said = candidate.matched() ? "matches" : "not matched: " + candidate.failure();
    return candidate.action()
        + " "
        + candidate.policyId()
        + (candidate.dryRun() ? " (dry run)" : "")
        + "  "
        + said
        + at(candidate.origin().position());
  }

  private void route(RoutePart routes) {
    String whose =
        routes.consumers() == null
            ? ""
            : "  (routes of namespace " + routes.consumers() + " for its own callers)";
    if (routes.explanation() == null) {
      line("route", "none is attached: to the service's own endpoints");
      return;
    }
    List<Step> steps = routes.explanation().steps();
    Step chosen =
        steps.stream()
            .filter(
                step -> step.outcome() instanceof io.waypoint.routing.Explanation.Outcome.Chosen)
            .findFirst()
            .orElse(null);
    line(
        "route",
        chosen == null
            ? "no rule matches" + whose
            : Objects.requireNonNull(routes.rule()).label()
                + "  "
                + chosen.wants()
                + at(chosen.origin().position())
                + whose);
    considered(
        steps.stream()
            .filter(step -> step != chosen)
            .map(step -> step + at(step.origin().position()))
            .toList());
  }

  private void share(Share share) {
    if (!share.filters().isEmpty()) {
      line("filters", String.join(" -> ", share.filters()));
    }
    Outcome outcome = share.outcome();
    line(
        "backend",
        percent(share.percent())
            + " "
            + share.backend()
            + endpoints(share)
            + (outcome.isForwarded() ? "" : "  answers " + words(outcome)));
    Sends sends = share.sends();
    if (sends == null) {
      return;
    }
    String fields = fields(sends.changed());
    line(
        "would send",
        sends.method()
            + " "
            + sends.target()
            + "  host "
            + sends.host()
            + fields
            + (sends.to().isEmpty() ? "" : "  to " + String.join(" or ", sends.to()))
            + (share.ready() > sends.to().size() ? " or others" : ""));
    if (!sends.mirrors().isEmpty()) {
      lines.add(MARGIN + "and copies to " + String.join(", ", sends.mirrors()));
    }
    if (!sends.answer().isEmpty()) {
      lines.add(MARGIN + "the answer gets" + fields(sends.answer()));
    }
  }

  private static String endpoints(Share share) {
    if (share.endpoints() > 0) {
      return "  (" + share.ready() + " of " + share.endpoints() + " endpoints ready)";
    }
    return share.sends() == null ? "" : "  (no endpoint in these files)";
  }

  private static String fields(List<Question.Field> fields) {
    return fields.stream()
        .map(f -> "  " + (f.value().isEmpty() ? "no " + f.name() : f.name() + ": " + f.value()))
        .collect(Collectors.joining());
  }

  private static String percent(double percent) {
    String text = String.format(Locale.ROOT, "%.2f", percent);
    return text.replaceAll("\\.?0+$", "") + " %";
  }

  private static String words(Outcome outcome) {
    return outcome.status() + (outcome.reason().isEmpty() ? "" : ": " + outcome.reason());
  }

  private static String at(@Nullable String position) {
    return position == null || position.isEmpty() ? "" : "   " + position;
  }

  private void considered(List<String> what) {
    int shown = all ? what.size() : Math.min(MOST, what.size());
    what.subList(0, shown).forEach(line -> lines.add(MARGIN + dim.apply("· " + line)));
    if (shown < what.size()) {
      lines.add(MARGIN + dim.apply("· and " + (what.size() - shown) + " more: --all tells them"));
    }
  }

  private void line(String step, String text) {
    lines.add(step + " ".repeat(MARGIN.length() - step.length()) + text);
  }
}
