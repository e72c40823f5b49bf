// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.security;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.RequestFacts;

/**
 * Asks outside whether a request may pass: AuthorizationPolicies of action CUSTOM. Called before
 * tokens are looked at and before DENY and ALLOW, on the exchange's event loop, which it never
 * blocks.
 */
public interface Authorizer {
  /** Nobody can be asked: CUSTOM rules are left to {@link PolicySet#check}, which denies. */
  Authorizer NONE =
      new Authorizer() {
        @Override
        public boolean guards(PolicySet policies) {
          return false;
        }

        @Override
        public Decision ask(PolicySet policies, RequestFacts facts, Exchange exchange) {
          return Decision.CONTINUE;
        }
      };

  /** Whether a request under these policies may have to be asked about. */
  boolean guards(PolicySet policies);

  /**
   * Asks, when a CUSTOM rule matches. A stage that fails, like an exception, ends the exchange with
   * 500: nothing passes because of it.
   */
  Decision ask(PolicySet policies, RequestFacts facts, Exchange exchange);
}
