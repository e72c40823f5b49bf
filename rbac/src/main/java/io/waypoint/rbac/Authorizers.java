// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.Map;
import java.util.SortedSet;

/**
 * The external authorizers that a mesh knows by name, as far as compiling a CUSTOM policy depends
 * on them.
 *
 * @param kinds by name; one that is not here is unknown, and what it should judge is denied
 * @param several whether policies of one destination may name different ones; otherwise everything
 *     that they match is denied, as Istio does unless told that it may ask several
 */
public record Authorizers(Map<String, Kind> kinds, boolean several) {
  private static final int LONGEST_LABEL = 63;

  /** What an authorizer speaks: one of HTTP cannot judge a TCP connection and is not asked. */
  public enum Kind {
    HTTP,
    GRPC
  }

  /** None is known. */
  public static final Authorizers NONE = new Authorizers(Map.of(), false);

  public Authorizers {
    kinds = Map.copyOf(kinds);
  }

  /**
   * Whether a policy's authorizer can be asked.
   *
   * @param named all that the enforced policies of the destination name
   */
  boolean canAsk(String name, SortedSet<String> named) {
    return kinds.containsKey(name) && isLabel(name) && (several || named.size() <= 1);
  }

  /** Istio takes no other names of authorizers than labels of DNS. */
  private static boolean isLabel(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean inside = i > 0 && i < name.length() - 1;
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!letter && !(inside && c == '-')) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= LONGEST_LABEL;
  }

  /** Whether an authorizer has nothing to say to a TCP connection. */
  boolean passesOver(String name, Protocol protocol) {
    return protocol == Protocol.TCP && kinds.get(name) == Kind.HTTP;
  }
}
