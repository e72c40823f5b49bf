// SPDX-License-Identifier: Apache-2.0

/** The runnable proxy: assembly of everything else. */
@NullMarked
package io.waypoint;

import org.jspecify.annotations.NullMarked;
