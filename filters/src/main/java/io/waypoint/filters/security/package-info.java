// SPDX-License-Identifier: Apache-2.0

/** What guards beyond policy: somebody outside who is asked. */
@NullMarked
package io.waypoint.filters.security;

import org.jspecify.annotations.NullMarked;
