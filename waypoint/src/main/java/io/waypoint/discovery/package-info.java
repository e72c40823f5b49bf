// SPDX-License-Identifier: Apache-2.0

/** Where the world comes from: objects as their authors write them, and what changed in them. */
@NullMarked
package io.waypoint.discovery;

import org.jspecify.annotations.NullMarked;
