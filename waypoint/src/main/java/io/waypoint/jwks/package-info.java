// SPDX-License-Identifier: Apache-2.0

/**
 * The public keys of token issuers, fetched and kept. {@link io.waypoint.jwks.JwksStore} is the
 * front door.
 */
@NullMarked
package io.waypoint.jwks;

import org.jspecify.annotations.NullMarked;
