// SPDX-License-Identifier: Apache-2.0

/** Who may do what: compiled authorization policies. */
@NullMarked
package io.waypoint.rbac;

import org.jspecify.annotations.NullMarked;
