// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

/** Something that the rig needs is not there or broke; the message says what. */
public final class RigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RigException(String message) {
    super(message);
  }

  public RigException(String message, Throwable cause) {
    super(message, cause);
  }
}
