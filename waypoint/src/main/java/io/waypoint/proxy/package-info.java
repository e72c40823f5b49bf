// SPDX-License-Identifier: Apache-2.0

/**
 * One request's life, from the head that came out of a tunnel to its last byte.
 *
 * <p>Read {@link io.waypoint.proxy.ProxyExchange} first. {@link io.waypoint.proxy.Proxy} is the
 * front door; there is one for each event loop.
 */
@NullMarked
package io.waypoint.proxy;

import org.jspecify.annotations.NullMarked;
