// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.function.LongSupplier;

/** What every part of one event loop's upstream side shares. */
record UpstreamLoop(Vertx vertx, Context context, UpstreamSettings settings, LongSupplier nanos) {}
