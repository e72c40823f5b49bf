// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import org.jspecify.annotations.Nullable;

/** The mesh could not be started; the reason is for the person who started it. */
public final class DevMeshException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of thing was in the way. */
  public enum Kind {
    /** The files cannot be used; the report has said why. */
    CONFIGURATION,
    /** An address is taken. */
    ADDRESS_IN_USE,
    /** Anything else. */
    OTHER
  }

  private final Kind kind;

  DevMeshException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
