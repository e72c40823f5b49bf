// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

/** The compiled routes of one port of one service. */
public final class RouteTable {}
