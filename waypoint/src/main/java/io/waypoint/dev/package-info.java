// SPDX-License-Identifier: Apache-2.0

/** A whole mesh in one process, on the loopback: what a laptop and the tests run. */
@NullMarked
package io.waypoint.dev;

import org.jspecify.annotations.NullMarked;
