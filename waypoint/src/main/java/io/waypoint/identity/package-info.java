// SPDX-License-Identifier: Apache-2.0

/** Our certificate, the roots we trust, and the verification of a peer's chain. */
@NullMarked
package io.waypoint.identity;

import org.jspecify.annotations.NullMarked;
