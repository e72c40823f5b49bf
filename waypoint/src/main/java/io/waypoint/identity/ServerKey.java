// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The proof that a server is who its clients mean by its host names.
 *
 * @param chain the leaf first, without the root
 */
public record ServerKey(PrivateKey key, List<X509Certificate> chain) {
  public ServerKey {
    chain = List.copyOf(chain);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "ServerKey[until " + chain.getFirst().getNotAfter().toInstant() + "]";
  }
}
