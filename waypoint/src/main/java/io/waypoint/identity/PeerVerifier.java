// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.refusal.Refusal;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a peer is, from its certificate chain. A function of its arguments; whatever goes wrong on
 * the way is a refusal.
 *
 * <pre>
 *  chain ─► within the limits ─► leaf in time ─► path to a root ─► strong, for this side of TLS
 *        ─► a leaf ─► exactly one URI ─► a SPIFFE id ─► in one of our trust domains ─► Verified
 * </pre>
 */
public final class PeerVerifier {
  /** The leaf, three authorities and the root. */
  static final int LONGEST_CHAIN = 5;

  /** How far the issuer's clock may be ahead of ours. */
  static final Duration SKEW = Duration.ofSeconds(60);

  private static final int DIGITAL_SIGNATURE = 0;
  private static final int CERTIFICATE_SIGN = 5;
  private static final int CRL_SIGN = 6;

  private PeerVerifier() {}

  /**
   * Judges a chain as it came in the handshake, leaf first.
   *
   * @param side which side of TLS the peer is
   */
  public static PeerVerdict verify(
      X509Certificate @Nullable [] chain, Side side, TrustBundle trust, Instant now) {
    try {
      return judge(chain, side, trust, now);
    } catch (GeneralSecurityException | RuntimeException e) {
      return new PeerVerdict.Refused(Refusal.PEER_MALFORMED);
    }
  }

  /**
   * The identity in a certificate that has been verified before, for example in the session of a
   * finished handshake. It proves nothing by itself.
   */
  public static PeerVerdict identityIn(X509Certificate leaf) {
    try {
      return identity(leaf);
    } catch (RuntimeException e) {
      return new PeerVerdict.Refused(Refusal.PEER_MALFORMED);
    }
  }

  private static PeerVerdict judge(
      X509Certificate @Nullable [] chain, Side side, TrustBundle trust, Instant now)
      throws GeneralSecurityException {
    if (chain == null || chain.length == 0) {
      return new PeerVerdict.Refused(Refusal.PEER_NO_CERTIFICATE);
    }
    if (chain.length > LONGEST_CHAIN) {
      return new PeerVerdict.Refused(Refusal.PEER_CHAIN_TOO_LONG);
    }
    X509Certificate leaf = chain[0];
    if (!inTime(leaf, now)) {
      return new PeerVerdict.Refused(Refusal.PEER_EXPIRED);
    }
    List<X509Certificate> path = TrustPath.find(chain, trust, now);
    if (path.isEmpty()) {
      return new PeerVerdict.Refused(Refusal.PEER_UNTRUSTED);
    }
    // Lists of revoked certificates join here: one more question about every member of the path.
    for (X509Certificate member : path) {
      if (!Strength.suffices(member)) {
        return new PeerVerdict.Refused(Refusal.PEER_WEAK_CRYPTOGRAPHY);
      }
      if (!serves(member, side)) {
        return new PeerVerdict.Refused(Refusal.PEER_KEY_USAGE);
      }
    }
    boolean @Nullable [] usage = leaf.getKeyUsage();
    if (isAuthority(leaf, usage)) {
      return new PeerVerdict.Refused(Refusal.PEER_NOT_A_LEAF);
    }
    if (usage != null && !usage[DIGITAL_SIGNATURE]) {
      return new PeerVerdict.Refused(Refusal.PEER_KEY_USAGE);
    }
    return switch (identity(leaf)) {
      case PeerVerdict.Verified(SpiffeId id) when !trust.domains().contains(id.trustDomain()) ->
          new PeerVerdict.Refused(Refusal.PEER_FOREIGN_TRUST_DOMAIN);
      case PeerVerdict verdict -> verdict;
    };
  }

  static boolean inTime(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotBefore().toInstant().minus(SKEW))
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }

  /** No extended key usage allows every use; "any" is not taken for an answer. */
  private static boolean serves(X509Certificate certificate, Side side)
      throws GeneralSecurityException {
    @Nullable List<String> purposes = certificate.getExtendedKeyUsage();
    return purposes == null || purposes.contains(side.purpose());
  }

  private static boolean isAuthority(X509Certificate leaf, boolean @Nullable [] usage) {
    return leaf.getBasicConstraints() != -1
        || usage != null && (usage[CERTIFICATE_SIGN] || usage[CRL_SIGN]);
  }

  private static PeerVerdict identity(X509Certificate leaf) {
    List<String> uris = UriNames.of(leaf);
    if (uris.isEmpty()) {
      return new PeerVerdict.Refused(Refusal.PEER_NO_SPIFFE_ID);
    }
    if (uris.size() > 1) {
      return new PeerVerdict.Refused(Refusal.PEER_SEVERAL_URIS);
    }
    try {
      return new PeerVerdict.Verified(SpiffeId.parse(uris.getFirst()));
    } catch (IllegalArgumentException e) {
      return new PeerVerdict.Refused(Refusal.PEER_BAD_SPIFFE_ID);
    }
  }
}
