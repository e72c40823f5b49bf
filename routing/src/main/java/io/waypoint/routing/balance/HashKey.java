// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What of a request decides on its endpoint ({@code consistentHash} of a DestinationRule). */
public sealed interface HashKey {
  /**
   * @param name in lower case
   */
  record Header(String name) implements HashKey {}

  /**
   * @param path the minted cookie's path; empty for none
   * @param ttl how long a minted cookie lives, zero for the session; null when none is minted
   */
  record Cookie(String name, String path, @Nullable Duration ttl) implements HashKey {}

  record QueryParameter(String name) implements HashKey {}

  /** The caller's address as the tunnel's connection shows it. */
  record SourceIp() implements HashKey {}
}
