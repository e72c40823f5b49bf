// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

/** The compiled policies of one destination. */
public final class PolicySet {}
