// SPDX-License-Identifier: Apache-2.0

/** The world from files, watched. */
@NullMarked
package io.waypoint.discovery.file;

import org.jspecify.annotations.NullMarked;
