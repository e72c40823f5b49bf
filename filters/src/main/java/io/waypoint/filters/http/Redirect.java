// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.filters.LocalReply;
import io.waypoint.routing.model.FilterSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gateway API's {@code RequestRedirect}: what it does not name is taken from the request. */
public final class Redirect implements Filter {
  private static final String DETAILS = "direct_response";
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final FilterSpec.RequestRedirect redirect;
  private final @Nullable NewPath path;

  /**
   * @param prefix what the rule's match takes of the path; null when it has no single one
   */
  public Redirect(FilterSpec.RequestRedirect redirect, @Nullable String prefix) {
    this.redirect = redirect;
    this.path = NewPath.of(redirect.path(), prefix);
  }

  @Override
  public Decision onRequest(Exchange exchange) {
    var field = new LocalReply.Field("location", location(exchange));
    return new Decision.Respond(
        new LocalReply(redirect.status(), List.of(field), "", "-", DETAILS));
  }

  private String location(Exchange exchange) {
    String authority = exchange.authority();
    int colon = endOfHost(authority);
    String scheme = redirect.scheme() == null ? exchange.scheme() : redirect.scheme();
    String host = redirect.hostname() == null ? authority.substring(0, colon) : redirect.hostname();
    var location = new StringBuilder(64).append(scheme).append("://").append(host);
    int port = port(exchange, authority, colon, scheme);
    if (port != wellKnown(scheme)) {
      location.append(':').append(port);
    }
    location.append(path == null ? exchange.head().path() : path.of(exchange.head()));
    String query = exchange.head().query();
    if (query != null) {
      location.append('?').append(query);
    }
    return location.toString();
  }

  private int port(Exchange exchange, String authority, int colon, String scheme) {
    if (redirect.port() > 0) {
      return redirect.port();
    }
    if (redirect.scheme() != null) {
      return wellKnown(scheme);
    }
    return colon < authority.length()
        ? Integer.parseInt(authority, colon + 1, authority.length(), 10)
        : exchange.port();
  }

  private static int wellKnown(String scheme) {
    return scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
  }

  /** Where the port's colon stands, or the end; the colons of a literal address are within. */
  private static int endOfHost(String authority) {
    int colon = authority.indexOf(':', authority.indexOf(']') + 1);
    return colon < 0 ? authority.length() : colon;
  }
}
