// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What the authorities of the mesh have taken back. A list counts when the authority that issued
 * the certificate has signed it; one that is past its date still counts, because the worse mistake
 * is to forget.
 */
public final class Revocations {
  public static final Revocations NONE = new Revocations(List.of());

  private final List<X509CRL> lists;

  private Revocations(List<X509CRL> lists) {
    this.lists = List.copyOf(lists);
  }

  /**
   * Reads the lists of a PEM text; blank text has none.
   *
   * @throws IllegalArgumentException if one cannot be read
   */
  public static Revocations parse(String pem) {
    if (pem.isBlank()) {
      return NONE;
    }
    List<X509CRL> lists = new ArrayList<>();
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
      for (CRL list : factory.generateCRLs(bytes)) {
        if (list instanceof X509CRL readable) {
          lists.add(readable);
        }
      }
    } catch (CertificateException | CRLException e) {
      throw new IllegalArgumentException("a revocation list cannot be read", e);
    }
    if (lists.isEmpty()) {
      throw new IllegalArgumentException("there is no revocation list in it");
    }
    return new Revocations(lists);
  }

  /** How many lists there are. */
  public int size() {
    return lists.size();
  }

  /** Whether a member of a path from a leaf to one of these roots has been taken back. */
  boolean concern(List<X509Certificate> path, List<X509Certificate> roots) {
    for (X509CRL list : lists) {
      for (X509Certificate member : path) {
        boolean named =
            list.getIssuerX500Principal().equals(member.getIssuerX500Principal())
                && list.getRevokedCertificate(member.getSerialNumber()) != null;
        // Only what matters is worth a signature check.
        if (named && (isSigned(list, path) || isSigned(list, roots))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isSigned(X509CRL list, List<X509Certificate> authorities) {
    for (X509Certificate authority : authorities) {
      if (authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
        try {
          list.verify(authority.getPublicKey());
          return true;
        } catch (GeneralSecurityException _) {
          // Not this one's: several authorities may share a name while a root is exchanged.
        }
      }
    }
    return false;
  }
}
