// SPDX-License-Identifier: Apache-2.0

/** The filter chain and what a filter may decide. */
@NullMarked
package io.waypoint.filters;

import org.jspecify.annotations.NullMarked;
