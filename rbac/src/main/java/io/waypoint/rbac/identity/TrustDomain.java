// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.identity;

/**
 * A SPIFFE trust domain, for example {@code cluster.local}.
 *
 * @param name lower-case letters, digits, dots, dashes and underscores (SPIFFE-ID section 2.1)
 */
public record TrustDomain(String name) {
  public TrustDomain {
    if (name.isEmpty() || name.length() > 255) {
      throw new IllegalArgumentException("a trust domain has 1 to 255 characters");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed =
          c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
      if (!allowed) {
        throw new IllegalArgumentException("a trust domain holds only a-z, 0-9, '.', '-' and '_'");
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
