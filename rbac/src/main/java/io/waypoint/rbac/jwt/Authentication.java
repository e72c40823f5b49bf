// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.util.List;
import java.util.Map;

/** What the tokens of a request prove. */
public sealed interface Authentication {
  /** There is no token: whether that is enough is for policy to say. */
  Authentication ANONYMOUS = new Anonymous();

  /** See {@link #ANONYMOUS}. */
  record Anonymous() implements Authentication {}

  /**
   * Every token is good.
   *
   * @param tokens at least one; the first one's claims are the request's
   */
  record Authenticated(List<Accepted> tokens) implements Authentication {
    public Map<String, Object> claims() {
      return tokens.getFirst().token().claims();
    }
  }

  /** A token and where it stood. */
  record Accepted(TokenPlace place, VerifiedToken token) {}

  /** A token is not good. */
  record Refused(TokenRefusal reason) implements Authentication {}

  /**
   * A token may be good, but for keys that are not here.
   *
   * @param reason of the refusal when there will be none
   */
  record NeedsKeys(KeyLocation.Remote location, TokenRefusal reason) implements Authentication {}
}
