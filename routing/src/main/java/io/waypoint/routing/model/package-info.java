// SPDX-License-Identifier: Apache-2.0

/** Routes as written, validated when built. */
@NullMarked
package io.waypoint.routing.model;

import org.jspecify.annotations.NullMarked;
