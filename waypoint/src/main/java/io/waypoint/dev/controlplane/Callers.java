// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.waypoint.rbac.identity.SpiffeId;
import org.jspecify.annotations.Nullable;

/** Tells who calls from what the caller proves itself with. */
@FunctionalInterface
public interface Callers {
  /** Everybody on this machine. */
  Callers TRUSTED = (token, certificate) -> new Caller.Trusted();

  /**
   * @param token of the authorization header, or null without one
   * @param certificate the identity that the connection proved, or null
   */
  Caller identify(@Nullable String token, @Nullable SpiffeId certificate);
}
