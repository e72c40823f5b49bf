// SPDX-License-Identifier: Apache-2.0

/** Journeys of users, played by Gatling through the tunnels of a dev mesh. */
@NullMarked
package io.waypoint.load.simulation;

import org.jspecify.annotations.NullMarked;
