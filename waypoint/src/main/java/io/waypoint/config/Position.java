// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

/**
 * Where something stands.
 *
 * @param line counted from 1; 0 when the position is the source as a whole
 * @param column counted from 1, in characters
 * @param length how many characters to underline
 */
public record Position(Source source, int line, int column, int length) {
  /** The source as a whole. */
  public static Position whole(Source source) {
    return new Position(source, 0, 0, 0);
  }

  /** A later place on the same line. */
  Position moved(int columns, int newLength) {
    return new Position(source, line, column + columns, newLength);
  }

  /** {@code file:line:column}, or the object that it is. */
  @Override
  public String toString() {
    return line == 0 || !source.hasLines()
        ? source.label()
        : source.name() + ":" + line + ":" + column;
  }
}
