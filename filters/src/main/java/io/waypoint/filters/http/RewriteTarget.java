// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.routing.model.FilterSpec;
import org.jspecify.annotations.Nullable;

/** Gateway API's {@code URLRewrite}; the path it starts from is the one that was routed. */
public final class RewriteTarget implements Filter {
  private final @Nullable String hostname;
  private final @Nullable NewPath path;

  /**
   * @param prefix what the rule's match takes of the path; null when it has no single one
   */
  public RewriteTarget(FilterSpec.UrlRewrite rewrite, @Nullable String prefix) {
    this.hostname = rewrite.hostname();
    this.path = NewPath.of(rewrite.path(), prefix);
  }

  @Override
  public Decision onRequest(Exchange exchange) {
    if (hostname != null) {
      exchange.rewriteAuthority(hostname);
    }
    if (path != null) {
      exchange.rewritePath(path.of(exchange.head()));
    }
    return Decision.CONTINUE;
  }
}
