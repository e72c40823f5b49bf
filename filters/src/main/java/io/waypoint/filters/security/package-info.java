// SPDX-License-Identifier: Apache-2.0

/** Limits of how often. */
@NullMarked
package io.waypoint.filters.security;

import org.jspecify.annotations.NullMarked;
