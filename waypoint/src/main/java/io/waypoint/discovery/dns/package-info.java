// SPDX-License-Identifier: Apache-2.0
/** Where hosts outside the mesh are, asked of the DNS again and again, off the data path. */
@NullMarked
package io.waypoint.discovery.dns;

import org.jspecify.annotations.NullMarked;
