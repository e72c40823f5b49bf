// SPDX-License-Identifier: Apache-2.0

/** The node proxy of the dev mesh: plain bytes on one side, HBONE on the other. */
@NullMarked
package io.waypoint.dev.ztunnel;

import org.jspecify.annotations.NullMarked;
