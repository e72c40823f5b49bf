// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.waypoint.identity.Material;
import io.waypoint.identity.PeerTrustManager;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;

/**
 * TLS as the mesh speaks it: 1.3 only, the two AES-GCM suites, both sides with certificates, ALPN
 * h2 (with BoringSSL also ChaCha20, which it does not let itself be denied), no SNI, no resumption
 * (a resumed session would be a peer that nobody verified). BoringSSL when it is there, the JDK's
 * engine otherwise.
 *
 * <p>A context belongs to one {@link Material}; when that changes, new handshakes get new contexts
 * and old connections keep what they have.
 */
final class TlsContexts {
  private static final List<String> SUITES =
      List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256");
  private static final int MOST_KEPT = 1_024;

  private record ClientKey(Material material, String expected) {}

  private final InstantSource clock;
  private final SslProvider provider;
  private final Map<Material, SslContext> servers = new ConcurrentHashMap<>();
  private final Map<ClientKey, SslContext> clients = new ConcurrentHashMap<>();

  TlsContexts(InstantSource clock, SslProvider provider) {
    this.clock = clock;
    this.provider = provider;
  }

  /** The faster engine of those that are there. */
  static SslProvider best() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }

  Instant now() {
    return clock.instant();
  }

  SslProvider provider() {
    return provider;
  }

  SslContext server(Material material) throws SSLException {
    SslContext known = servers.get(material);
    if (known != null) {
      return known;
    }
    SslContext made =
        finish(
            SslContextBuilder.forServer(material.key(), chain(material))
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(PeerTrustManager.ofClients(material::trust, clock)));
    keep(servers, material, made);
    return made;
  }

  /**
   * @param expected the exact SPIFFE URI that the far side must present
   */
  SslContext client(Material material, String expected) throws SSLException {
    ClientKey key = new ClientKey(material, expected);
    SslContext known = clients.get(key);
    if (known != null) {
      return known;
    }
    SslContext made =
        finish(
            SslContextBuilder.forClient()
                .keyManager(material.key(), chain(material))
                .endpointIdentificationAlgorithm(null)
                .trustManager(
                    PeerTrustManager.ofServers(material::trust, clock, Set.of(expected))));
    keep(clients, key, made);
    return made;
  }

  private static X509Certificate[] chain(Material material) {
    return material.chain().toArray(X509Certificate[]::new);
  }

  private SslContext finish(SslContextBuilder builder) throws SSLException {
    return builder
        .sslProvider(provider)
        .protocols("TLSv1.3")
        .ciphers(provider == SslProvider.JDK ? SUITES : null)
        .sessionCacheSize(1)
        .sessionTimeout(1)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2))
        .build();
  }

  /**
   * Certificates rotate, so what is old goes; the garbage collector frees native contexts (provider
   * OPENSSL, not _REFCNT).
   */
  private static <K> void keep(Map<K, SslContext> contexts, K key, SslContext context) {
    if (contexts.size() >= MOST_KEPT) {
      contexts.clear();
    }
    contexts.put(key, context);
  }
}
