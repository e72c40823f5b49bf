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
    boolean room = list.size() < most || problem.isError() && !hasErrors();
    if (room && seen.add(problem)) {
      list.add(problem);
      errors += problem.isError() ? 1 : 0;
    }
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
