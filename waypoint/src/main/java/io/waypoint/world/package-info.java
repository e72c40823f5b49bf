// SPDX-License-Identifier: Apache-2.0

/** The immutable snapshot of configuration that one request sees from start to end. */
@NullMarked
package io.waypoint.world;

import org.jspecify.annotations.NullMarked;
