// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.verdict;

/** What is to be said in a status; when it became so is added when it is written. */
public record Condition(String type, String status, String reason, String message) {
  public static final String ACCEPTED = "Accepted";
  public static final String PROGRAMMED = "Programmed";
  public static final String RESOLVED_REFS = "ResolvedRefs";
  public static final String PARTIALLY_INVALID = "PartiallyInvalid";
  public static final String RESOLVED_WAYPOINTS = "ResolvedWaypoints";
  public static final String CONFLICTED = "Conflicted";

  private static final int LONGEST = 1_000;

  public Condition {
    message = message.length() > LONGEST ? message.substring(0, LONGEST - 1) + "…" : message;
  }

  public static Condition yes(String type, String reason, String message) {
    return new Condition(type, "True", reason, message);
  }

  public static Condition no(String type, String reason, String message) {
    return new Condition(type, "False", reason, message);
  }

  public boolean holds() {
    return status.equals("True");
  }
}
