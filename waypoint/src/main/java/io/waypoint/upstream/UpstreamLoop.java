// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.waypoint.http1.ClientConnection;
import io.waypoint.http1.HeadScratch;
import java.util.function.LongSupplier;

/** What every part of one event loop's upstream side shares. */
record UpstreamLoop(
    Vertx vertx,
    Context context,
    UpstreamSettings settings,
    ClientConnection.Settings http1,
    LongSupplier nanos) {
  UpstreamLoop(Vertx vertx, Context context, UpstreamSettings settings, LongSupplier nanos) {
    this(
        vertx,
        context,
        settings,
        new ClientConnection.Settings(context, new HeadScratch(), settings.headerBytes()),
        nanos);
  }
}
