// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

/**
 * What a look at one thing found.
 *
 * @param group what the thing belongs to
 * @param what the thing, as something that should be so
 */
record Finding(String group, String what, Verdict verdict) {
  /** Whether it is so. */
  sealed interface Verdict {
    /**
     * @param detail what was seen, or empty
     */
    record Good(String detail) implements Verdict {}

    /** It may be wanted, or could not be told. */
    record Doubtful(String why, String hint) implements Verdict {}

    record Bad(String why, String hint) implements Verdict {}
  }

  static Finding good(String group, String what, String detail) {
    return new Finding(group, what, new Verdict.Good(detail));
  }

  static Finding doubtful(String group, String what, String why, String hint) {
    return new Finding(group, what, new Verdict.Doubtful(why, hint));
  }

  static Finding bad(String group, String what, String why, String hint) {
    return new Finding(group, what, new Verdict.Bad(why, hint));
  }

  boolean isBad() {
    return verdict instanceof Verdict.Bad;
  }
}
