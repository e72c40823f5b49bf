// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A workload to dial through HBONE: the argument of {@code HttpClient.connect} and {@code
 * NetClient.connect}.
 *
 * @param hbone where its ztunnel listens
 * @param identity the exact SPIFFE URI that the far side must present
 * @param authority the CONNECT authority, {@code podIP:targetPort}
 * @param credential whose certificate we show: connections are never shared between two of them.
 *     The waypoint has one; the loopback ztunnel of the dev mesh has one for each workload
 */
public record WorkloadAddress(
    InetSocketAddress hbone, String identity, String authority, String credential)
    implements SocketAddress {
  /** The credential of a process that has only one. */
  public static final String OWN = "";

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
    return authority
        + "@"
        + hbone.getHostString()
        + ":"
        + hbone.getPort()
        + "#"
        + identity
        + "#"
        + credential;
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
