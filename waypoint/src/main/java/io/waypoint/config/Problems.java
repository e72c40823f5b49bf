// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects problems while reading goes on, so that all of them appear at once. */
public final class Problems {
  private static final int MOST = 1000;

  private final int most;
  private final List<Problem> list = new ArrayList<>();
  private final Set<Problem> seen = new HashSet<>();
  private int errors;
  private @Nullable List<Problem> watched;

  /** Keeps the first thousand: more than anybody reads. */
  public Problems() {
    this(MOST);
  }

  /**
   * @param most how many are kept
   */
  public Problems(int most) {
    this.most = most;
  }

  public void error(Code code, String path, Position at, String message, @Nullable String hint) {
    add(new Problem(Severity.ERROR, code, path, at, message, hint));
  }

  public void warning(Code code, String path, Position at, String message, @Nullable String hint) {
    add(new Problem(Severity.WARNING, code, path, at, message, hint));
  }

  public void info(Code code, String path, Position at, String message) {
    add(new Problem(Severity.INFO, code, path, at, message, null));
  }

  /** An object that is reached twice through an alias is reported once. */
  public void add(Problem problem) {
    if (watched != null && !watched.contains(problem)) {
      watched.add(problem);
    }
    boolean room = list.size() < most || problem.isError() && !hasErrors();
    if (room && seen.add(problem)) {
      list.add(problem);
      errors += problem.isError() ? 1 : 0;
    }
  }

  /** Those that are added while something is read, even beyond how many are kept. */
  List<Problem> during(Runnable reading) {
    List<Problem> found = new ArrayList<>();
    List<Problem> before = watched;
    watched = found;
    try {
      reading.run();
    } finally {
      watched = before;
    }
    if (before != null) {
      before.addAll(found);
    }
    return found;
  }

  /** What was found earlier and would be found again. */
  void repeat(List<Problem> found) {
    found.forEach(this::add);
  }

  /** Forgets all, for the next reading of documents that report here. */
  public void clear() {
    list.clear();
    seen.clear();
    errors = 0;
  }

  public boolean hasErrors() {
    return errors > 0;
  }

  int errors() {
    return errors;
  }

  /** In the order of position. */
  public List<Problem> sorted() {
    return list.stream().sorted(Problem.BY_POSITION).toList();
  }
}
