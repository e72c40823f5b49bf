// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Something in the configuration that its author should know.
 *
 * @param path the field, for example {@code spec.rules[0].backendRefs[1].port}; empty for the whole
 * @param message what is so, in one clause
 * @param hint what to write instead, when that is known
 */
public record Problem(
    Severity severity,
    Code code,
    String path,
    Position position,
    String message,
    @Nullable String hint) {
  /** By source, line and column: the order in which a reader meets them. */
  public static final Comparator<Problem> BY_POSITION =
      Comparator.<Problem, String>comparing(p -> p.position().source().name())
          .thenComparingInt(p -> p.position().line())
          .thenComparingInt(p -> p.position().column())
          .thenComparing(Problem::code)
          .thenComparing(Problem::message);

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** {@code file:line:col severity code message}: one line. */
  @Override
  public String toString() {
    return position + " " + severity + " " + code.id() + " " + message;
  }
}
