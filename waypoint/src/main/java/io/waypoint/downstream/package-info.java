// SPDX-License-Identifier: Apache-2.0

/**
 * Callers: their requests as they arrive, and the answers as they are written, whatever version of
 * HTTP is spoken inside a tunnel. HTTP/1 is read and written here; HTTP/2 is Vert.x's.
 */
@NullMarked
package io.waypoint.downstream;

import org.jspecify.annotations.NullMarked;
