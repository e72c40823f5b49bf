// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What must hold, from {@code thresholds.yaml}: a list of
 *
 * <pre>
 *   - {cell: small/32 tunnels, figure: cpu, peer: envoy, must: 0.45, aim: 0.35}
 *   - {cell: routes/10000 routes, figure: cpu, against: routes/1 route, must: 1.15, aim: 1.05}
 * </pre>
 *
 * {@code peer} divides by a system in the same cell, {@code against} by ourselves in another one,
 * which must have been offered the same rate.
 */
public final class Thresholds {
  /** What is compared. */
  enum Figure {
    /** CPU per answer. */
    CPU("CPU per request"),
    P99("p99 latency"),
    /** Answers for each second of CPU. */
    PER_CPU("requests per CPU second"),
    MEMORY("resident memory, loaded"),
    START("seconds to ready"),
    /** Answers that were wrong or never came. */
    ERRORS("errors");

    private final String words;

    Figure(String words) {
      this.words = words;
    }

    static final List<String> NAMES = List.of("cpu", "p99", "per-cpu", "memory", "start", "errors");
  }

  record Rule(
      String cell,
      Figure figure,
      @Nullable String peer,
      @Nullable String against,
      double must,
      double aim) {
    boolean isAtLeast() {
      return figure == Figure.PER_CPU;
    }

    String title() {
      String than =
          peer != null
              ? " ÷ " + peer
              : against != null ? " ÷ " + against.substring(against.indexOf('/') + 1) : "";
      return cell + ": " + figure.words + than;
    }
  }

  /** How a rule came out. */
  public enum Verdict {
    AIM,
    MUST,
    MISSED,
    /** Its two cells were offered different rates, so their ratio says nothing. */
    INCOMPARABLE,
    /** Its cells were not measured, or nothing in them counts. */
    UNKNOWN
  }

  /**
   * @param measured NaN when unknown
   * @param detail the interval, or why it is unknown
   */
  public record Outcome(
      String title, double must, double aim, double measured, String detail, Verdict verdict) {
    /** Whether a run with this outcome ends as one that has not reached what it must. */
    public boolean fails() {
      return verdict == Verdict.MISSED || verdict == Verdict.INCOMPARABLE;
    }

    public String line() {
      return String.format(
          Locale.ROOT,
          "%-9s %s: %s (must %s, aim %s)",
          switch (verdict) {
            case AIM -> "aim";
            case MUST -> "must";
            case MISSED -> "MISSED";
            case INCOMPARABLE -> "REFUSED";
            case UNKNOWN -> "unknown";
          },
          title,
          detail,
          number(must),
          number(aim));
    }

    static String number(double value) {
      return value == Math.rint(value)
          ? String.format(Locale.ROOT, "%.0f", value)
          : String.format(Locale.ROOT, "%.2f", value);
    }
  }

  private final List<Rule> rules;

  private Thresholds(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Reads them; what is wrong is added to {@code problems}. */
  public static Thresholds read(Source source, Problems problems) {
    List<Rule> rules = new ArrayList<>();
    for (Doc doc : Doc.read(source, problems)) {
      doc.only("thresholds");
      for (Doc entry : doc.field("thresholds").list()) {
        entry.only("cell", "figure", "peer", "against", "must", "aim");
        String figure = entry.field("figure").oneOf(Figure.NAMES);
        double must = decimal(entry.field("must"));
        rules.add(
            new Rule(
                entry.field("cell").required(),
                figure == null ? Figure.CPU : Figure.values()[Figure.NAMES.indexOf(figure)],
                entry.field("peer").text(),
                entry.field("against").text(),
                must,
                entry.has("aim") ? decimal(entry.field("aim")) : must));
      }
    }
    return new Thresholds(rules);
  }

  private static double decimal(Doc doc) {
    try {
      return Double.parseDouble(doc.raw());
    } catch (NumberFormatException e) {
      doc.error(Code.BAD_VALUE, doc.path() + " is \"" + doc.raw() + "\", not a number");
      return Double.NaN;
    }
  }

  /** One outcome for each rule whose cell was measured. */
  public List<Outcome> judge(RunResult result) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Rule rule : rules) {
      CellResult cell = find(result, rule.cell());
      if (cell != null) {
        outcomes.add(judge(rule, cell, result));
      }
    }
    return outcomes;
  }

  private static @Nullable CellResult find(RunResult result, String name) {
    return result.cells().stream()
        .filter(cell -> name.equals(cell.scenario() + "/" + cell.cell()))
        .findFirst()
        .orElse(null);
  }

  private static Outcome judge(Rule rule, CellResult cell, RunResult all) {
    double measured;
    String detail;
    if (rule.peer() != null && rule.figure() != Figure.MEMORY && rule.figure() != Figure.START) {
      Ratio ratio =
          switch (rule.figure()) {
            case P99 -> cell.latencyRatio(rule.peer(), Window.Quantiles::p99);
            case PER_CPU -> cell.ratio(rule.peer(), window -> 1 / window.cpu());
            case CPU, MEMORY, START, ERRORS -> cell.ratio(rule.peer(), Window::cpu);
          };
      measured = ratio.median();
      detail = ratio.isKnown() ? ratio.toString() : missing(cell, rule.peer());
    } else {
      double own = own(rule.figure(), cell, CellResult.OURS);
      double other = 1;
      if (rule.peer() != null) {
        other = own(rule.figure(), cell, rule.peer());
      } else if (rule.against() != null) {
        CellResult base = find(all, rule.against());
        if (base != null && !cell.hasRateOf(base)) {
          return incomparable(rule, cell, base);
        }
        other = base == null ? Double.NaN : own(rule.figure(), base, CellResult.OURS);
      }
      measured = own / other;
      detail = Double.isNaN(measured) ? "not measured" : Outcome.number(measured);
    }
    return new Outcome(
        rule.title(), rule.must(), rule.aim(), measured, detail, verdict(rule, measured));
  }

  private static Outcome incomparable(Rule rule, CellResult cell, CellResult base) {
    String detail =
        String.format(
            Locale.ROOT,
            "not comparable: offered %s/s, %s offered %s/s",
            Html.number(cell.offered()),
            base.cell(),
            Html.number(base.offered()));
    return new Outcome(
        rule.title(), rule.must(), rule.aim(), Double.NaN, detail, Verdict.INCOMPARABLE);
  }

  private static Verdict verdict(Rule rule, double measured) {
    if (Double.isNaN(measured)) {
      return Verdict.UNKNOWN;
    }
    double sign = rule.isAtLeast() ? -1 : 1;
    if (sign * measured <= sign * rule.aim()) {
      return Verdict.AIM;
    }
    return sign * measured <= sign * rule.must() ? Verdict.MUST : Verdict.MISSED;
  }

  private static String missing(CellResult cell, String peer) {
    String why = cell.missing().get(peer);
    return why == null ? "no pair counts" : peer + " is missing: " + why;
  }

  private static double own(Figure figure, CellResult cell, String system) {
    return switch (figure) {
      case CPU -> cell.median(system, Window::cpu);
      case P99 -> cell.latency(system, Window.Quantiles::p99);
      case PER_CPU -> 1e6 / cell.median(system, Window::cpu);
      case MEMORY -> {
        CellResult.Memory memory = cell.memory().get(system);
        yield memory == null ? Double.NaN : memory.loadedAnonymous() + memory.loadedFiles();
      }
      case START -> cell.started().getOrDefault(system, Double.NaN);
      case ERRORS ->
          cell.windows().stream()
              .filter(window -> window.system().equals(system))
              .flatMap(window -> window.failures().values().stream())
              .mapToLong(Long::longValue)
              .sum();
    };
  }
}
