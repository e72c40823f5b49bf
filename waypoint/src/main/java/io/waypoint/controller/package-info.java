// SPDX-License-Identifier: Apache-2.0

/**
 * Makes a waypoint for every Gateway of our class in a cluster, as istiod does for its own class.
 * {@link io.waypoint.controller.Controller} is the front door.
 */
@NullMarked
package io.waypoint.controller;

import org.jspecify.annotations.NullMarked;
