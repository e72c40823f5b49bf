// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.util.List;
import java.util.Locale;

/**
 * What the application gets to see of a token.
 *
 * @param original whether the token stays where it was
 * @param payloadHeader gets the payload as it stands in the token; empty for none
 */
public record TokenOutput(boolean original, String payloadHeader, List<ClaimHeader> claims) {
  /** Nothing. */
  public static final TokenOutput NONE = new TokenOutput(false, "", List.of());

  /**
   * @param header in lower case
   * @param claim with dots between nested names
   */
  public record ClaimHeader(String header, String claim) {
    public ClaimHeader {
      header = header.toLowerCase(Locale.ROOT);
    }
  }

  public TokenOutput {
    payloadHeader = payloadHeader.toLowerCase(Locale.ROOT);
    claims = List.copyOf(claims);
  }
}
