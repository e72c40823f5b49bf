// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of an accepted tunnel addressed, as {@code HttpServerRequest.localAddress()}
 * gives it: the CONNECT authority in canonical form. A literal address has no brackets and its
 * shortest spelling; a name is lower case without trailing dot.
 */
public record TunnelTarget(String authorityHost, int authorityPort) implements SocketAddress {
  @Override
  public @Nullable String host() {
    return null;
  }

  @Override
  public @Nullable String hostName() {
    return null;
  }

  @Override
  public @Nullable String hostAddress() {
    return null;
  }

  @Override
  public int port() {
    return -1;
  }

  @Override
  public String path() {
    return authorityHost + ":" + authorityPort;
  }

  @Override
  public boolean isInetSocket() {
    return false;
  }

  @Override
  public boolean isDomainSocket() {
    return true;
  }

  @Override
  public String toString() {
    return path();
  }
}
