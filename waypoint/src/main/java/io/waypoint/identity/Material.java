// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.rbac.identity.SpiffeId;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Everything one end of a connection shows and checks: who we are, the proof of it, and whom we
 * trust. A new certificate is a new value.
 *
 * @param chain the leaf first, without the root
 */
public record Material(
    SpiffeId id, PrivateKey key, List<X509Certificate> chain, TrustBundle trust) {
  public Material {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a certificate chain has at least the leaf");
    }
  }

  /**
   * Takes the identity from the leaf, and checks that the key belongs to it.
   *
   * @throws IllegalArgumentException naming what does not fit
   */
  public static Material of(PrivateKey key, List<X509Certificate> chain, TrustBundle trust) {
    X509Certificate leaf = chain.getFirst();
    SpiffeId id =
        switch (PeerVerifier.identityIn(leaf)) {
          case PeerVerdict.Verified verified -> verified.id();
          case PeerVerdict.Refused refused ->
              throw new IllegalArgumentException(
                  "our own certificate is of no use: "
                      + refused.refusal().message().replace("the peer's", "the"));
        };
    if (!KeyMatch.is(key, leaf.getPublicKey())) {
      throw new IllegalArgumentException("the private key does not belong to the certificate");
    }
    return new Material(id, key, chain, trust);
  }

  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /** After this moment no peer takes our certificate. */
  public Instant expiry() {
    return leaf().getNotAfter().toInstant();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "Material[" + id + ", until " + expiry() + "]";
  }
}
