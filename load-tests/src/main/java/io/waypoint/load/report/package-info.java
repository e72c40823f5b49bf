// SPDX-License-Identifier: Apache-2.0

/**
 * What was measured, what follows from it, and how it is shown. Knows nothing of how it came about.
 */
@NullMarked
package io.waypoint.load.report;

import org.jspecify.annotations.NullMarked;
