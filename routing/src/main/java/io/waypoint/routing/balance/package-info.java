// SPDX-License-Identifier: Apache-2.0

/** Which endpoint of a backend serves a request. */
@NullMarked
package io.waypoint.routing.balance;

import org.jspecify.annotations.NullMarked;
