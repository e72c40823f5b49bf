// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.vertx.core.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where a Vert.x server listens for tunnels: the argument of {@code HttpServer.listen} and {@code
 * NetServer.listen}, called on the event loop that shall serve them. Each loop listens for itself;
 * two listeners are never shared.
 *
 * @param name what a {@link ConnectAnswer.Accept} refers to
 * @param serial keeps Vert.x from merging the listeners of two loops into one server
 */
public record TunnelListener(String name, long serial) implements SocketAddress {
  private static final AtomicLong SERIALS = new AtomicLong();

  public static TunnelListener named(String name) {
    return new TunnelListener(name, SERIALS.incrementAndGet());
  }

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
    return "tunnels/" + name + "/" + serial;
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
