// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.telemetry.Protocol;
import io.waypoint.telemetry.RequestRecord;
import io.waypoint.world.Destination;
import io.waypoint.world.Workload;
import io.waypoint.world.World;
import org.jspecify.annotations.Nullable;

/** Writes into a record what is known of a request before anything is decided. */
final class ExchangeRecord {
  private ExchangeRecord() {}

  static void describe(
      RequestRecord record,
      @Nullable World world,
      Caller caller,
      @Nullable Destination destination,
      CanonicalRequest request) {
    RequestFields fields = request.fields();
    Workload source =
        world == null ? null : world.source(caller.identity(), caller.peer().getAddress());
    record.caller(caller.identity(), source, caller.peer());
    record.addressed(caller.host(), caller.port(), destination);
    record.request(request.method(), request.target(), request.authority(), protocol(request));
    record.headers(fields.requestId, fields.userAgent, fields.forwardedFor);
    record.trace(fields.traceparent, fields.tracestate);
    if (fields.isGrpc()) {
      record.grpc();
    }
  }

  private static Protocol protocol(CanonicalRequest request) {
    if (request.isHttp2()) {
      return Protocol.HTTP_2;
    }
    return request.isHttp10() ? Protocol.HTTP_1_0 : Protocol.HTTP_1_1;
  }
}
