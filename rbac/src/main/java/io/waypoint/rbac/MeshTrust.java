// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.identity.TrustDomain;
import java.util.ArrayList;
import java.util.List;

/**
 * The mesh's own trust domain, the older names that stand for it, and the namespace whose policies
 * reach every namespace.
 */
public record MeshTrust(TrustDomain trustDomain, List<TrustDomain> aliases, String rootNamespace) {
  /** Istio's defaults. */
  public static final MeshTrust DEFAULT =
      new MeshTrust(new TrustDomain("cluster.local"), List.of(), "istio-system");

  /** In a policy this name always means the mesh's own trust domain and its aliases. */
  private static final String POINTER = "cluster.local";

  public MeshTrust {
    aliases = List.copyOf(aliases);
  }

  /**
   * The principals that a principal of a policy stands for. Only a full one of five parts has a
   * trust domain to replace.
   */
  List<String> expandPrincipal(String principal) {
    int slash = principal.indexOf('/');
    boolean full = principal.chars().filter(c -> c == '/').count() == 4;
    String written = full ? principal.substring(0, slash) : "*";
    if (written.equals("*") || !written.equals(POINTER) && !stands(written)) {
      return List.of(principal);
    }
    List<String> expanded = new ArrayList<>();
    for (String name : names()) {
      boolean kept = written.startsWith("*") && name.endsWith(written.substring(1));
      expanded.add(kept ? principal : name + principal.substring(slash));
    }
    return expanded;
  }

  /** The trust domains that one of a policy stands for. */
  List<String> expandTrustDomain(String written) {
    return names().contains(written) ? names() : List.of(written);
  }

  private boolean stands(String written) {
    for (String name : names()) {
      if (name.equals(written)
          || written.startsWith("*") && name.endsWith(written.substring(1))
          || written.endsWith("*") && name.startsWith(written.substring(0, written.length() - 1))) {
        return true;
      }
    }
    return false;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    names.add(trustDomain.name());
    aliases.forEach(alias -> names.add(alias.name()));
    return names;
  }
}
