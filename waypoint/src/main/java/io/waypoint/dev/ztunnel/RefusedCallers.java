// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

/** Told of every connection that was not let in; SOCKS5 itself cannot carry a sentence. */
@FunctionalInterface
public interface RefusedCallers {
  /**
   * @param reason a sentence without the client's own text
   */
  void tell(String reason);
}
