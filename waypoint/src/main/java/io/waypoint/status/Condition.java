// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

/** What is to be said in a status; when it became so is added when it is written. */
record Condition(String type, String status, String reason, String message) {
  static final String ACCEPTED = "Accepted";
  static final String PROGRAMMED = "Programmed";
  static final String RESOLVED_REFS = "ResolvedRefs";
  static final String PARTIALLY_INVALID = "PartiallyInvalid";
  static final String RESOLVED_WAYPOINTS = "ResolvedWaypoints";
  static final String CONFLICTED = "Conflicted";

  private static final int LONGEST = 1_000;

  Condition {
    message = message.length() > LONGEST ? message.substring(0, LONGEST - 1) + "…" : message;
  }

  static Condition yes(String type, String reason, String message) {
    return new Condition(type, "True", reason, message);
  }

  static Condition no(String type, String reason, String message) {
    return new Condition(type, "False", reason, message);
  }

  boolean holds() {
    return status.equals("True");
  }
}
