// SPDX-License-Identifier: Apache-2.0

/** HTTP/1.1 as bytes (RFC 9112): header fields, and messages read and written strictly. */
@NullMarked
package io.waypoint.http1;

import org.jspecify.annotations.NullMarked;
