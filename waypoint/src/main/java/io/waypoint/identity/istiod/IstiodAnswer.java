// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import io.waypoint.identity.Material;
import io.waypoint.identity.PeerVerdict;
import io.waypoint.identity.PeerVerifier;
import io.waypoint.identity.Pem;
import io.waypoint.identity.Side;
import io.waypoint.identity.TrustBundle;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.wire.certificates.IstioCertificateResponse;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What istiod answered, checked before it is used: a chain that does not lead to the roots, a
 * certificate of somebody else or for another key would end all our connections, or worse.
 */
final class IstiodAnswer {
  private static final int MOST_PARTS = 10;

  private IstiodAnswer() {}

  /**
   * @param trust the roots of the cluster's file and the trust domains; those that istiod sends are
   *     added, because a new root reaches the file later than istiod
   * @throws IllegalArgumentException saying what is wrong
   */
  static Material read(
      IstioCertificateResponse answer,
      PrivateKey key,
      SpiffeId expected,
      TrustBundle trust,
      Instant now) {
    List<String> parts = answer.getCertChainList();
    if (parts.size() < 2 || parts.size() > MOST_PARTS) {
      throw new IllegalArgumentException(
          "istiod sent " + parts.size() + " parts instead of a chain and its roots");
    }
    List<X509Certificate> sent = Pem.certificates(parts.getLast());
    Set<X509Certificate> roots = new LinkedHashSet<>(trust.roots());
    roots.addAll(sent);
    List<X509Certificate> chain = new ArrayList<>();
    for (String part : parts.subList(0, parts.size() - 1)) {
      chain.addAll(Pem.certificates(part));
    }
    chain.removeAll(sent);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("istiod sent nothing but roots");
    }
    var bundle = new TrustBundle(List.copyOf(roots), trust.domains(), trust.revocations());
    for (Side side : Side.values()) {
      check(chain, side, bundle, expected, now);
    }
    return Material.of(key, chain, bundle);
  }

  private static void check(
      List<X509Certificate> chain, Side side, TrustBundle bundle, SpiffeId expected, Instant now) {
    X509Certificate[] array = chain.toArray(X509Certificate[]::new);
    switch (PeerVerifier.verify(array, side, bundle, now)) {
      case PeerVerdict.Refused(var refusal) ->
          throw new IllegalArgumentException(
              "nobody would take what istiod sent: "
                  + refusal.message().replace("the peer", "istiod").replace("istiod's", "our"));
      case PeerVerdict.Verified(SpiffeId id) -> {
        boolean same =
            id.namespace().equals(expected.namespace())
                && id.serviceAccount().equals(expected.serviceAccount());
        if (!same) {
          throw new IllegalArgumentException(
              "istiod sent the certificate of " + id + ", we are " + expected);
        }
      }
    }
  }
}
