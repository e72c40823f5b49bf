// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.routing.model.HeaderChange;
import org.jspecify.annotations.Nullable;

/** Gateway API's {@code RequestHeaderModifier}; to set {@code host} rewrites the authority. */
public final class ModifyRequestHeaders implements Filter {
  private final FieldChanges changes;
  private final @Nullable String host;

  public ModifyRequestHeaders(HeaderChange change) {
    this.changes = FieldChanges.of(change);
    this.host = changes.host();
  }

  @Override
  public Decision onRequest(Exchange exchange) {
    if (host != null) {
      exchange.rewriteAuthority(host);
    }
    changes.apply(exchange.requestHeaders());
    return Decision.CONTINUE;
  }
}
