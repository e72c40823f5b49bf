// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.http.HttpServerResponse;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Headers;
import io.waypoint.routing.RequestHead;
import org.jspecify.annotations.Nullable;

/** An exchange as its filters see it. */
final class FilterView implements Exchange {
  private final CanonicalRequest request;
  private final HttpServerResponse response;
  private @Nullable String authority;

  FilterView(CanonicalRequest request, HttpServerResponse response) {
    this.request = request;
    this.response = response;
  }

  @Override
  public RequestHead head() {
    return request;
  }

  @Override
  public Headers requestHeaders() {
    return new VertxHeaders(request.headers());
  }

  @Override
  public void rewriteAuthority(String rewritten) {
    authority = rewritten;
  }

  @Override
  public Headers responseHeaders() {
    return new VertxHeaders(response.headers());
  }

  /** What a filter put in place of the host; null when none did. */
  @Nullable String rewrittenAuthority() {
    return authority;
  }
}
