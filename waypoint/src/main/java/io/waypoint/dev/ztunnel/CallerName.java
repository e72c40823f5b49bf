// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;

/**
 * How a person names the workload to speak as: {@code serviceaccount.namespace}. Account names may
 * hold dots, namespaces may not, so the last dot divides.
 */
public final class CallerName {
  private static final int LONGEST = 253;

  private CallerName() {}

  /**
   * @throws IllegalArgumentException with a sentence for the person who wrote the name
   */
  public static SpiffeId parse(String name, TrustDomain trustDomain) {
    if (name.length() > LONGEST) {
      throw new IllegalArgumentException("an identity has at most 253 characters");
    }
    int dot = name.lastIndexOf('.');
    if (dot <= 0 || dot == name.length() - 1) {
      throw new IllegalArgumentException(
          "an identity is serviceaccount.namespace, for example sleep.default");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.')) {
        throw new IllegalArgumentException(
            "an identity holds only a-z, 0-9, '-' and '.', as Kubernetes names do");
      }
    }
    return new SpiffeId(trustDomain, name.substring(dot + 1), name.substring(0, dot));
  }
}
