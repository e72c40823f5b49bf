// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The way from a leaf to one of our roots, found rather than taken as sent: a chain that repeats
 * the root, or that crosses from a new root to an old one, is as good as a bare one.
 */
final class TrustPath {
  private TrustPath() {}

  /** Leaf first, without the root; empty if there is none. */
  static List<X509Certificate> find(X509Certificate[] chain, TrustBundle trust, Instant now)
      throws GeneralSecurityException {
    Set<TrustAnchor> anchors = new HashSet<>();
    for (X509Certificate root : trust.roots()) {
      if (PeerVerifier.inTime(root, now)) {
        anchors.add(new TrustAnchor(root, null));
      }
    }
    if (anchors.isEmpty()) {
      return List.of();
    }
    var leaf = new X509CertSelector();
    leaf.setCertificate(chain[0]);
    var parameters = new PKIXBuilderParameters(anchors, leaf);
    parameters.setRevocationEnabled(false);
    parameters.setMaxPathLength(PeerVerifier.LONGEST_CHAIN - 2);
    parameters.setDate(Date.from(judgedAt(chain, now)));
    parameters.addCertStore(
        CertStore.getInstance(
            "Collection", new CollectionCertStoreParameters(Arrays.asList(chain))));
    try {
      var path = CertPathBuilder.getInstance("PKIX").build(parameters).getCertPath();
      List<X509Certificate> members = new ArrayList<>(chain.length);
      for (Certificate member : path.getCertificates()) {
        members.add((X509Certificate) member);
      }
      return members;
    } catch (CertPathBuilderException e) {
      return List.of();
    }
  }

  /** PKIX knows one date for the whole path, so the allowance for skew moves that date. */
  private static Instant judgedAt(X509Certificate[] chain, Instant now) {
    Instant latest = now;
    for (X509Certificate certificate : chain) {
      Instant begins = certificate.getNotBefore().toInstant();
      if (begins.isAfter(latest) && !begins.isAfter(now.plus(PeerVerifier.SKEW))) {
        latest = begins;
      }
    }
    return latest;
  }
}
