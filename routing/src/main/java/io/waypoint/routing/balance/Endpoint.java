// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One place that serves a backend.
 *
 * @param address the workload's own address and target port, for example {@code 10.1.0.12:9080};
 *     the CONNECT authority of a tunnel
 * @param tunnel how to reach it through HBONE, or null when it takes plain TCP
 * @param workload its name among the mesh's workloads, for example {@code default/reviews-v1-abc}
 * @param ready whether it may be picked
 * @param locality where it runs
 * @param tls what is expected of its certificate, or null when it is spoken to in clear
 */
public record Endpoint(
    InetSocketAddress address,
    @Nullable Tunnel tunnel,
    String workload,
    boolean ready,
    Locality locality,
    @Nullable Tls tls) {
  /** Stands for whatever address the caller dialled: the endpoint is there when it is known. */
  public static final InetSocketAddress AS_DIALLED =
      InetSocketAddress.createUnresolved("as-dialled", 0);

  /** One that is spoken to in clear. */
  public Endpoint(
      InetSocketAddress address,
      @Nullable Tunnel tunnel,
      String workload,
      boolean ready,
      Locality locality) {
    this(address, tunnel, workload, ready, locality, null);
  }

  /** One of which nobody says where it runs. */
  public Endpoint(
      InetSocketAddress address, @Nullable Tunnel tunnel, String workload, boolean ready) {
    this(address, tunnel, workload, ready, Locality.UNKNOWN, null);
  }

  /** Address and port, for example {@code 10.1.0.12:9080}. */
  String name() {
    String host =
        address.getAddress() instanceof Inet6Address
            ? "[" + address.getAddress().getHostAddress() + "]"
            : address.getHostString();
    return host + ":" + address.getPort();
  }

  /**
   * @param hbone where the workload's ztunnel listens, usually its address and port 15008
   * @param identity the exact SPIFFE URI that the far side must present
   */
  public record Tunnel(InetSocketAddress hbone, String identity) {}

  /**
   * TLS that begins with us.
   *
   * @param serverName the name that is asked for (SNI)
   * @param dnsNames of these and the next, the certificate must have one
   * @param uris compared exactly
   * @param authorities whose certificates are believed, as PEM; null for those of the system
   */
  public record Tls(
      String serverName, List<String> dnsNames, List<String> uris, @Nullable String authorities) {
    public Tls {
      dnsNames = List.copyOf(dnsNames);
      uris = List.copyOf(uris);
      if (dnsNames.isEmpty() && uris.isEmpty()) {
        throw new IllegalArgumentException("a certificate for any name proves nothing");
      }
    }
  }

  /** The same endpoint at another address; as ready as it is. */
  public Endpoint at(InetSocketAddress other) {
    return new Endpoint(other, tunnel, workload, ready, locality, tls);
  }

  /** One that stands for what the caller dialled, now that this is known: it may be picked. */
  public Endpoint dialled(InetSocketAddress address) {
    return new Endpoint(address, tunnel, workload, true, locality, tls);
  }

  /** The same endpoint, spoken to over TLS. */
  public Endpoint over(Tls origination) {
    return new Endpoint(address, tunnel, workload, ready, locality, origination);
  }
}
