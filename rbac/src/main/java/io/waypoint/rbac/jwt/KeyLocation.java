// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.time.Duration;

/** Where an issuer's keys are. */
public sealed interface KeyLocation {
  /** They stand in the rule itself. */
  record Inline(Keys keys) implements KeyLocation {}

  /**
   * They are fetched.
   *
   * @param uri of the key set; of the issuer's OpenID configuration, which names it, when {@code
   *     discovered}
   * @param timeout for the whole of a fetch
   */
  record Remote(String uri, boolean discovered, Duration timeout) implements KeyLocation {}
}
