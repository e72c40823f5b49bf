// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.security;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.routing.model.FilterSpec;

/** Lets pass what somebody outside lets pass. */
public final class AskAuthorizer implements Filter {
  private final FilterSpec.ExternalAuth authorizer;

  public AskAuthorizer(FilterSpec.ExternalAuth authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public Decision onRequest(Exchange exchange) {
    return new Decision.Await(exchange.authorize(authorizer));
  }
}
