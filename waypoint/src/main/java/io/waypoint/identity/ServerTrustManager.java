// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.refusal.Refusal;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Takes one server, by its host name, whatever address it was dialled at. The roots are asked for
 * at each handshake, so that they can change under a client that lives on.
 */
public final class ServerTrustManager extends X509ExtendedTrustManager {
  private final String hostname;
  private final Supplier<@Nullable TrustBundle> trust;
  private final InstantSource clock;

  /**
   * @param trust null refuses every server
   */
  public ServerTrustManager(
      String hostname, Supplier<@Nullable TrustBundle> trust, InstantSource clock) {
    this.hostname = hostname;
    this.trust = trust;
    this.clock = clock;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws PeerRefusedException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws PeerRefusedException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws PeerRefusedException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws PeerRefusedException {
    throw new PeerRefusedException(Refusal.PEER_UNTRUSTED);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws PeerRefusedException {
    throw new PeerRefusedException(Refusal.PEER_UNTRUSTED);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws PeerRefusedException {
    throw new PeerRefusedException(Refusal.PEER_UNTRUSTED);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private void check(X509Certificate[] chain) throws PeerRefusedException {
    TrustBundle bundle = trust.get();
    if (bundle == null) {
      throw new PeerRefusedException(Refusal.PEER_UNTRUSTED);
    }
    Refusal refusal = PeerVerifier.refuseServer(chain, hostname, bundle, clock.instant());
    if (refusal != null) {
      throw new PeerRefusedException(refusal);
    }
  }
}
