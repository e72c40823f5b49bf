// SPDX-License-Identifier: Apache-2.0

/** Our certificate from istiod, and the way to istiod that discovery shares. */
@NullMarked
package io.waypoint.identity.istiod;

import org.jspecify.annotations.NullMarked;
