// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.Locale;

/** How bad a problem is. */
public enum Severity {
  /** An API server would refuse it: the whole change is rejected. */
  ERROR,
  /** Accepted, but something in it does not work as its author may think. */
  WARNING,
  /** Worth knowing. */
  INFO;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
