// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a request may take in all, attempts included. */
final class Deadline {
  private Deadline() {}

  /**
   * What the route says, or what a gRPC caller says that it waits if that is less.
   *
   * @return null for no limit
   */
  static @Nullable Duration of(@Nullable Rule rule, CanonicalRequest request) {
    Timeouts timeouts = rule == null ? null : rule.timeouts();
    Duration limit = timeouts == null ? null : timeouts.request();
    Duration written = Timeouts.isSet(limit) ? limit : null;
    if (!request.fields().isGrpc()) {
      return written;
    }
    Duration asked = GrpcTimeout.parse(request.headers().get(FieldNames.GRPC_TIMEOUT));
    return asked == null || written != null && written.compareTo(asked) < 0 ? written : asked;
  }
}
