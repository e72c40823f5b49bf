// SPDX-License-Identifier: Apache-2.0

/**
 * A busy event loop lets arrivals gather for a fraction of a millisecond and handles them together,
 * as network cards moderate their interrupts.
 */
@NullMarked
package io.waypoint.hbone.coalescing;

import org.jspecify.annotations.NullMarked;
