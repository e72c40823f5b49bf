// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.waypoint.routing.balance.Endpoint;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** A server whose certificate has one of the names that are expected, and a path to an anchor. */
final class NamedServer extends X509ExtendedTrustManager {
  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  private final Endpoint.Tls expected;
  private final X509ExtendedTrustManager paths;

  NamedServer(Endpoint.Tls expected, X509ExtendedTrustManager paths) {
    this.expected = expected;
    this.paths = paths;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    paths.checkServerTrusted(chain, type, engine);
    checkNames(chain[0]);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    paths.checkServerTrusted(chain, type, socket);
    checkNames(chain[0]);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    paths.checkServerTrusted(chain, type);
    checkNames(chain[0]);
  }

  private void checkNames(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names != null) {
      for (List<?> name : names) {
        if (name.get(0) instanceof Integer type
            && name.get(1) instanceof String text
            && isExpected(type, text)) {
          return;
        }
      }
    }
    throw new CertificateException("the certificate is for somebody else");
  }

  private boolean isExpected(int type, String name) {
    return switch (type) {
      case DNS_NAME -> expected.dnsNames().stream().anyMatch(wanted -> covers(name, wanted));
      case URI -> expected.uris().contains(name);
      default -> false;
    };
  }

  /** A star stands for one whole label, the first (RFC 6125 section 6.4.3, RFC 9525). */
  static boolean covers(String presented, String wanted) {
    String name = presented.toLowerCase(Locale.ROOT);
    String host = wanted.toLowerCase(Locale.ROOT);
    if (!name.startsWith("*.")) {
      return name.equals(host);
    }
    int dot = host.indexOf('.');
    String rest = name.substring(1);
    return dot > 0 && rest.indexOf('.', 1) > 0 && host.substring(dot).equals(rest);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("nobody calls us here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("nobody calls us here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("nobody calls us here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return paths.getAcceptedIssuers();
  }
}
