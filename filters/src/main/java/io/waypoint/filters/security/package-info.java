// SPDX-License-Identifier: Apache-2.0

/** Who may pass, when somebody else is to say so. */
@NullMarked
package io.waypoint.filters.security;

import org.jspecify.annotations.NullMarked;
