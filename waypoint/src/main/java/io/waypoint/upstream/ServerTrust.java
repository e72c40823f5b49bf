// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.TrustOptions;
import io.waypoint.routing.balance.Endpoint;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed behind an endpoint. Vert.x asks for it on a worker thread, and
 * keeps what it made of an equal one.
 */
record ServerTrust(Endpoint.Tls tls) implements TrustOptions {
  static ClientSSLOptions options(Endpoint.Tls tls, HttpVersion version) {
    var options = new ClientSSLOptions();
    options
        .setTrustOptions(new ServerTrust(tls))
        .setUseAlpn(true)
        .setApplicationLayerProtocols(List.of(version.alpnName()))
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
    // The trust manager looks at the names: it knows of URIs, too.
    return options.setHostnameVerificationAlgorithm("");
  }

  @Override
  public TrustOptions copy() {
    return this;
  }

  @Override
  public TrustManagerFactory getTrustManagerFactory(Vertx vertx) throws Exception {
    return TrustOptions.wrap(manager()).getTrustManagerFactory(vertx);
  }

  @Override
  public Function<String, TrustManager[]> trustManagerMapper(Vertx vertx) throws Exception {
    return TrustOptions.wrap(manager()).trustManagerMapper(vertx);
  }

  private TrustManager manager() throws Exception {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities(tls.authorities()));
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager paths) {
        return new NamedServer(tls, paths);
      }
    }
    throw new GeneralSecurityException("this JDK has no trust manager for certificates");
  }

  /** Null for those of the system. */
  private static @Nullable KeyStore authorities(@Nullable String pem) throws Exception {
    if (pem == null) {
      return null;
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    int number = 0;
    for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
      store.setCertificateEntry("authority-" + number++, each);
    }
    return store;
  }
}
