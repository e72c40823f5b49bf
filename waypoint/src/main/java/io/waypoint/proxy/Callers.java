// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.net.SocketAddress;

/** Reads a caller from the two addresses of a connection; {@link Caller#ofTunnel} in production. */
@FunctionalInterface
public interface Callers {
  Caller of(SocketAddress remote, SocketAddress local);
}
