// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.rbac.identity.TrustDomain;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * Whom we trust: the roots of the mesh and the trust domains (our own and its aliases) whose
 * identities we take. An empty bundle trusts nobody.
 *
 * @param revocations what those roots have taken back
 */
public record TrustBundle(
    List<X509Certificate> roots, Set<TrustDomain> domains, Revocations revocations) {
  public TrustBundle {
    roots = List.copyOf(roots);
    domains = Set.copyOf(domains);
  }

  /** With nothing revoked. */
  public TrustBundle(List<X509Certificate> roots, Set<TrustDomain> domains) {
    this(roots, domains, Revocations.NONE);
  }

  /**
   * Reads the roots from PEM.
   *
   * @throws IllegalArgumentException if there is none or one cannot be read
   */
  public static TrustBundle parse(String pem, Set<TrustDomain> domains) {
    return new TrustBundle(Pem.certificates(pem), domains);
  }

  /** The roots as PEM, as other programs want them. */
  public String pem() {
    return Pem.write(roots);
  }
}
