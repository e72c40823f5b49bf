// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

/**
 * How a call to istiod ended.
 *
 * @param detail for a person
 */
public record CallEnd(Cause cause, String detail) {
  /** What it says about trying again. */
  public enum Cause {
    /** As istiod ends a call when it is old, or itself ends. */
    FINISHED,
    /** Istiod does not take what we prove ourselves with. */
    CREDENTIAL_REFUSED,
    /** Istiod answered with an error. */
    REFUSED,
    /** No connection, or one to somebody who is not istiod. */
    UNREACHABLE,
    /** The connection or the call broke off. */
    LOST,
    /** What came is not what was agreed. */
    MISBEHAVED,
    /** Ended by us. */
    CANCELLED
  }

  @Override
  public String toString() {
    return detail;
  }
}
