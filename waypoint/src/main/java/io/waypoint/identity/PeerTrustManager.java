// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.refusal.Refusal;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * {@link PeerVerifier} in the place where a TLS engine asks, the JDK's as well as BoringSSL's. It
 * is asked once a full handshake, so sessions must not be resumed: a resumed one would skip it.
 *
 * <p>It keeps nothing about a connection, only which chains it has verified. After a failure {@link
 * PeerRefusedException#behind} tells why, after success {@link #identity} tells who.
 */
public final class PeerTrustManager extends X509ExtendedTrustManager {
  private final Side side;
  private final Supplier<@Nullable TrustBundle> trust;
  private final InstantSource clock;
  private final @Nullable Set<String> expected;
  private volatile @Nullable VerifiedPeers known;

  private PeerTrustManager(
      Side side,
      Supplier<@Nullable TrustBundle> trust,
      InstantSource clock,
      @Nullable Set<String> expected) {
    this.side = side;
    this.trust = trust;
    this.clock = clock;
    this.expected = expected;
  }

  /**
   * For a server: any workload of our trust domains may call.
   *
   * @param trust read at each handshake; null refuses everybody
   */
  public static PeerTrustManager ofClients(
      Supplier<@Nullable TrustBundle> trust, InstantSource clock) {
    return new PeerTrustManager(Side.CLIENT, trust, clock, null);
  }

  /**
   * For a client: only these workloads may answer.
   *
   * @param expected exact SPIFFE URIs; an empty set refuses everybody
   */
  public static PeerTrustManager ofServers(
      Supplier<@Nullable TrustBundle> trust, InstantSource clock, Set<String> expected) {
    return new PeerTrustManager(Side.SERVER, trust, clock, Set.copyOf(expected));
  }

  /** Whom a finished handshake proved the peer to be. */
  public static PeerVerdict identity(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate leaf
          ? PeerVerifier.identityIn(leaf)
          : new PeerVerdict.Refused(Refusal.PEER_MALFORMED);
    } catch (SSLPeerUnverifiedException e) {
      return new PeerVerdict.Refused(Refusal.PEER_NO_CERTIFICATE);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws PeerRefusedException {
    check(chain, Side.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws PeerRefusedException {
    check(chain, Side.SERVER);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws PeerRefusedException {
    check(chain, Side.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws PeerRefusedException {
    check(chain, Side.SERVER);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws PeerRefusedException {
    check(chain, Side.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws PeerRefusedException {
    check(chain, Side.SERVER);
  }

  /** None are named to the peer: it has one certificate, and the list would only cost bytes. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private void check(X509Certificate[] chain, Side asked) throws PeerRefusedException {
    TrustBundle bundle = trust.get();
    if (bundle == null || asked != side) {
      throw new PeerRefusedException(Refusal.PEER_UNTRUSTED);
    }
    switch (knownUnder(bundle).verify(chain, clock.instant())) {
      case PeerVerdict.Refused(Refusal refusal) -> throw new PeerRefusedException(refusal);
      case PeerVerdict.Verified(SpiffeId id) -> {
        if (expected != null && !expected.contains(id.uri())) {
          throw new PeerRefusedException(Refusal.PEER_UNEXPECTED_IDENTITY);
        }
      }
    }
  }

  private VerifiedPeers knownUnder(TrustBundle bundle) {
    VerifiedPeers current = known;
    if (current == null || !current.isUnder(bundle)) {
      current = new VerifiedPeers(bundle, side);
      known = current;
    }
    return current;
  }
}
