// SPDX-License-Identifier: Apache-2.0

/** Which rule and which backend serve a request: pure decisions on immutable data. */
@NullMarked
package io.waypoint.routing;

import org.jspecify.annotations.NullMarked;
