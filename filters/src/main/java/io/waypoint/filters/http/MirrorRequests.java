// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.Target;

/** Gateway API's {@code RequestMirror}: each request is copied or not, by chance. */
public final class MirrorRequests implements Filter {
  private final EndpointSet backend;
  private final int numerator;
  private final int denominator;

  private MirrorRequests(EndpointSet backend, int numerator, int denominator) {
    this.backend = backend;
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /** A mirror whose service does not exist gets no copies; the request itself is not affected. */
  public static Filter of(FilterSpec.RequestMirror mirror) {
    return switch (mirror.backend().target()) {
      case Target.Resolved(var endpoints) ->
          new MirrorRequests(endpoints, mirror.numerator(), mirror.denominator());
      case Target.Broken _ -> new Filter() {};
    };
  }

  @Override
  public Decision onRequest(Exchange exchange) {
    if (numerator == denominator || exchange.random().nextInt(denominator) < numerator) {
      exchange.mirror(backend);
    }
    return Decision.CONTINUE;
  }
}
