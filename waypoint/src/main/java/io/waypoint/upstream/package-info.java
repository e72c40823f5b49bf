// SPDX-License-Identifier: Apache-2.0

/** Connections to endpoints: one set of pools for each event loop. */
@NullMarked
package io.waypoint.upstream;

import org.jspecify.annotations.NullMarked;
