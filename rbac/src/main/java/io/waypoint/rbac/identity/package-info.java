// SPDX-License-Identifier: Apache-2.0

/** Who a peer is: SPIFFE ids and trust domains. */
@NullMarked
package io.waypoint.rbac.identity;

import org.jspecify.annotations.NullMarked;
