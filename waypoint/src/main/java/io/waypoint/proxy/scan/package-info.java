// SPDX-License-Identifier: Apache-2.0

/** The strict reading of HTTP/1 requests that comes before they are decoded. */
@NullMarked
package io.waypoint.proxy.scan;

import org.jspecify.annotations.NullMarked;
