// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.Severity;
import io.waypoint.config.Source;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Expectations of policies, and what is wrong with the way they are written.
 *
 * @param problems errors make the sets unusable; warnings are about policies that Istio's webhook
 *     would refuse, in sets which do not say that they mean it
 */
public record Expectations(List<ExpectedSet> sets, List<Problem> problems) {
  /** What no API server would store, so that nothing can be said about its effect. */
  private static final Set<Code> SCHEMA =
      EnumSet.of(
          Code.SYNTAX,
          Code.DUPLICATE_KEY,
          Code.WRONG_TYPE,
          Code.UNKNOWN_FIELD,
          Code.NOT_AN_OBJECT,
          Code.KIND_UNKNOWN,
          Code.TOO_LARGE);

  public Expectations {
    sets = List.copyOf(sets);
    problems = List.copyOf(problems);
  }

  /** Reads files; their problems are in the result, together with those that are here already. */
  public static Expectations read(List<Source> sources, List<Problem> before) {
    List<ExpectedSet> sets = new ArrayList<>();
    List<Problem> told = new ArrayList<>(before);
    for (Source source : sources) {
      var found = new Problems();
      List<Doc> entries = entries(source, found);
      for (Doc entry : entries) {
        sets.add(SetReader.read(entry));
      }
      for (Problem problem : found.sorted()) {
        Problem kept = judge(problem, entries);
        if (kept != null) {
          told.add(kept);
        }
      }
    }
    return new Expectations(sets, told);
  }

  private static List<Doc> entries(Source source, Problems problems) {
    List<Doc> entries = new ArrayList<>();
    List<Doc> docs = Doc.read(source, problems);
    for (Doc doc : docs) {
      if (doc.isList()) {
        entries.addAll(doc.list());
      } else {
        doc.error(
            Code.WRONG_TYPE,
            "a file of expectations is a list of sets",
            "each has a name, policies and requests");
      }
    }
    if (docs.size() > 1) {
      docs.get(1).error(Code.WRONG_TYPE, "a file of expectations is one document");
    }
    return entries;
  }

  /** What a set says on purpose is no problem; null when nothing is left of it. */
  private static @Nullable Problem judge(Problem problem, List<Doc> entries) {
    if (problem.severity() == Severity.INFO) {
      return null;
    }
    int end = problem.path().indexOf("].policies[");
    if (end < 0) {
      return problem;
    }
    Doc entry = entries.get(Integer.parseInt(problem.path().substring(1, end)));
    if (SetReader.isRefused(entry)) {
      return null;
    }
    if (SCHEMA.contains(problem.code()) || !problem.isError()) {
      return problem;
    }
    return new Problem(
        Severity.WARNING,
        problem.code(),
        problem.path(),
        problem.position(),
        problem.message(),
        "Istio refuses this policy; tag the set " + SetReader.REFUSED + " when that is meant");
  }

  public boolean isUsable() {
    return problems.stream().noneMatch(Problem::isError);
  }

  /** Every request of every set, judged, in their order. */
  public List<Outcome> run() {
    List<Outcome> outcomes = new ArrayList<>();
    for (ExpectedSet set : sets) {
      var bench = new Bench(set);
      for (ExpectedRequest request : set.requests()) {
        Judgement judgement = bench.judge(request);
        outcomes.add(new Outcome(set, request, judgement, judgement.differences(request)));
      }
    }
    return outcomes;
  }

  /**
   * A request and its judgement.
   *
   * @param differences from what is expected, one clause each; empty when it is as expected
   */
  public record Outcome(
      ExpectedSet set, ExpectedRequest request, Judgement judgement, List<String> differences) {
    public boolean isAsExpected() {
      return differences.isEmpty();
    }
  }
}
