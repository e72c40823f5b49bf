// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.model;

/** What is asked for: all fields that are present must match. */
public record Operation(Values hosts, Values ports, Values methods, Values paths) {}
