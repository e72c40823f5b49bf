// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.refusal.Refusal;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who a peer is, from its certificate chain. A function of its arguments; whatever goes wrong on
 * the way is a refusal.
 *
 * <pre>
 *  chain ─► within the limits ─► leaf in time ─► path to a root ─► not revoked ─► strong, for this side of TLS
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

  /** The kinds of subject alternative names, as X.509 numbers them. */
  private static final Integer DNS_NAME = 2;

  private static final Integer IP_ADDRESS = 7;

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
   * Judges the chain of a server that is known by a host name rather than as a workload, as istiod
   * is.
   *
   * @return null when it is that server
   */
  public static @Nullable Refusal refuseServer(
      X509Certificate @Nullable [] chain, String hostname, TrustBundle trust, Instant now) {
    try {
      Refusal refusal = examine(chain, Side.SERVER, trust, now);
      if (refusal == null && !names(Objects.requireNonNull(chain)[0], hostname)) {
        return Refusal.PEER_UNEXPECTED_IDENTITY;
      }
      return refusal;
    } catch (GeneralSecurityException | RuntimeException e) {
      return Refusal.PEER_MALFORMED;
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
    Refusal refusal = examine(chain, side, trust, now);
    if (refusal != null) {
      return new PeerVerdict.Refused(refusal);
    }
    return switch (identity(Objects.requireNonNull(chain)[0])) {
      case PeerVerdict.Verified(SpiffeId id) when !trust.domains().contains(id.trustDomain()) ->
          new PeerVerdict.Refused(Refusal.PEER_FOREIGN_TRUST_DOMAIN);
      case PeerVerdict verdict -> verdict;
    };
  }

  /** Everything but the name. */
  private static @Nullable Refusal examine(
      X509Certificate @Nullable [] chain, Side side, TrustBundle trust, Instant now)
      throws GeneralSecurityException {
    if (chain == null || chain.length == 0) {
      return Refusal.PEER_NO_CERTIFICATE;
    }
    if (chain.length > LONGEST_CHAIN) {
      return Refusal.PEER_CHAIN_TOO_LONG;
    }
    X509Certificate leaf = chain[0];
    if (!inTime(leaf, now)) {
      return Refusal.PEER_EXPIRED;
    }
    List<X509Certificate> path = TrustPath.find(chain, trust, now);
    if (path.isEmpty()) {
      return Refusal.PEER_UNTRUSTED;
    }
    if (trust.revocations().concern(path, trust.roots())) {
      return Refusal.PEER_REVOKED;
    }
    for (X509Certificate member : path) {
      if (!Strength.suffices(member)) {
        return Refusal.PEER_WEAK_CRYPTOGRAPHY;
      }
      if (!serves(member, side)) {
        return Refusal.PEER_KEY_USAGE;
      }
    }
    boolean @Nullable [] usage = leaf.getKeyUsage();
    if (isAuthority(leaf, usage)) {
      return Refusal.PEER_NOT_A_LEAF;
    }
    if (usage != null && !usage[DIGITAL_SIGNATURE]) {
      return Refusal.PEER_KEY_USAGE;
    }
    return null;
  }

  /** Among the certificate's DNS names or addresses, as written; wildcards are nobody's name. */
  private static boolean names(X509Certificate leaf, String hostname)
      throws GeneralSecurityException {
    @Nullable Collection<List<?>> all = leaf.getSubjectAlternativeNames();
    if (all == null) {
      return false;
    }
    for (List<?> name : all) {
      if (name.get(1) instanceof String text && text.equalsIgnoreCase(hostname)) {
        Object type = name.get(0);
        return type.equals(DNS_NAME) || type.equals(IP_ADDRESS);
      }
    }
    return false;
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
