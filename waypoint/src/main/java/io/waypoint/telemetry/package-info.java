// SPDX-License-Identifier: Apache-2.0

/**
 * One record a request; metrics and the access log read it when it is finished.
 *
 * <p>{@link io.waypoint.telemetry.Telemetry} is the front door: it gives each event loop its own
 * {@link io.waypoint.telemetry.Recorder}.
 */
@NullMarked
package io.waypoint.telemetry;

import org.jspecify.annotations.NullMarked;
