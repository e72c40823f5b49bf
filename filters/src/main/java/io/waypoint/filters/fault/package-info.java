// SPDX-License-Identifier: Apache-2.0

/** Faults that are made on purpose. */
@NullMarked
package io.waypoint.filters.fault;

import org.jspecify.annotations.NullMarked;
