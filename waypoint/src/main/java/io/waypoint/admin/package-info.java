// SPDX-License-Identifier: Apache-2.0

/**
 * What operators and probes ask of a running waypoint: the admin port on loopback, the metrics port
 * and the readiness port. {@link io.waypoint.admin.AdminServers} is the front door.
 */
@NullMarked
package io.waypoint.admin;

import org.jspecify.annotations.NullMarked;
