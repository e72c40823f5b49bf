// SPDX-License-Identifier: Apache-2.0

/** The strict reading of HTTP/1 requests that comes before the decoder's lenient one. */
@NullMarked
package io.waypoint.proxy.scan;

import org.jspecify.annotations.NullMarked;
