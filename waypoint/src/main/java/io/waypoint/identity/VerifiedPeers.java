// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Chains that passed {@link PeerVerifier} under one bundle, so that the path of a caller who
 * connects again is not searched and its signatures are not checked again: that is a fifth of what
 * a handshake costs us. The caller still proves in each handshake that it has the leaf's key.
 *
 * <p>The verdict on a chain depends on the bundle, which has the revocations, and on the time. So
 * another bundle is another {@code VerifiedPeers}, and a chain is known from the moment it was
 * verified until the first certificate that may have had a part in it ends. Chains are the same
 * when all their bytes are. What was refused is not remembered.
 */
final class VerifiedPeers {
  /** A few megabytes; when there are more peers, all are forgotten and verified once more. */
  static final int MOST = 512;

  private record Known(PeerVerdict.Verified verdict, Instant from, Instant until) {}

  private final TrustBundle trust;
  private final Side side;
  private final Map<List<X509Certificate>, Known> chains = new ConcurrentHashMap<>();

  VerifiedPeers(TrustBundle trust, Side side) {
    this.trust = trust;
    this.side = side;
  }

  /** Whether what is known here was judged by this very bundle. */
  boolean isUnder(TrustBundle bundle) {
    return trust == bundle;
  }

  /** As {@link PeerVerifier#verify} would judge it now. */
  PeerVerdict verify(X509Certificate @Nullable [] chain, Instant now) {
    if (chain == null || chain.length > PeerVerifier.LONGEST_CHAIN) {
      return PeerVerifier.verify(chain, side, trust, now);
    }
    List<X509Certificate> key = Arrays.asList(chain.clone());
    Known known = chains.get(key);
    if (known != null && !now.isBefore(known.from()) && !now.isAfter(known.until())) {
      return known.verdict();
    }
    PeerVerdict verdict = PeerVerifier.verify(chain, side, trust, now);
    if (verdict instanceof PeerVerdict.Verified verified) {
      if (chains.size() >= MOST) {
        chains.clear();
      }
      chains.put(key, new Known(verified, now, firstEnd(key, now)));
    } else {
      chains.remove(key);
    }
    return verdict;
  }

  int size() {
    return chains.size();
  }

  /** Which of them are on the path is not asked: any that has not ended yet may be. */
  private Instant firstEnd(List<X509Certificate> chain, Instant now) {
    return earlier(trust.roots(), now, earlier(chain, now, Instant.MAX));
  }

  private static Instant earlier(List<X509Certificate> of, Instant now, Instant than) {
    Instant first = than;
    for (X509Certificate certificate : of) {
      Instant end = certificate.getNotAfter().toInstant();
      if (!end.isBefore(now) && end.isBefore(first)) {
        first = end;
      }
    }
    return first;
  }
}
