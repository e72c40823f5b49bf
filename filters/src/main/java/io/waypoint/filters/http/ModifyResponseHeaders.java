// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.routing.model.HeaderChange;

/** Gateway API's {@code ResponseHeaderModifier}. */
public final class ModifyResponseHeaders implements Filter {
  private final FieldChanges changes;

  public ModifyResponseHeaders(HeaderChange change) {
    this.changes = FieldChanges.of(change);
  }

  @Override
  public void onResponse(Exchange exchange) {
    changes.apply(exchange.responseHeaders());
  }
}
