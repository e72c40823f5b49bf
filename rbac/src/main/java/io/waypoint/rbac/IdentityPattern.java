// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.List;

/** The forms of a caller's URI that policy names other than by the whole principal. */
sealed interface IdentityPattern extends TextPattern {
  String SCHEME = "spiffe://";

  /** {@code principals}: the URI without its scheme. */
  static TextPattern principal(String value) {
    if (value.equals("*")) {
      return Anything.NON_EMPTY;
    }
    if (value.startsWith("*")) {
      return new Glob(List.of(SCHEME, value.substring(1)));
    }
    return TextPattern.parse(SCHEME + value);
  }

  /** {@code trustDomains}: one star, first or last. */
  static TextPattern trustDomain(String value) {
    int star = value.indexOf('*');
    if (value.isEmpty()
        || value.indexOf('/') >= 0
        || star > 0 && star < value.length() - 1
        || star != value.lastIndexOf('*')) {
      throw new IllegalArgumentException(
          "\"" + value + "\" is not a trust domain with at most one star, first or last");
    }
    if (value.equals("*")) {
      return new Prefix(SCHEME, false);
    }
    return star < 0
        ? new Prefix(SCHEME + value + "/", false)
        : new TrustDomain(value.substring(0, star), value.substring(star + 1));
  }

  /** {@code serviceAccounts}: {@code name}, in the policy's namespace, or {@code ns/name}. */
  static TextPattern serviceAccount(String value, String policyNamespace) {
    int slash = value.indexOf('/');
    String namespace = slash < 0 ? policyNamespace : value.substring(0, slash);
    String name = value.substring(slash + 1);
    if (namespace.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException("\"" + value + "\" is not name or namespace/name");
    }
    return new ServiceAccount(namespace, "/ns/" + namespace + "/", "sa/" + name);
  }

  /** {@code namespaces}: the segment behind {@code /ns/}, with stars. */
  record Namespace(String value, Glob glob) implements IdentityPattern {
    static Namespace parse(String value) {
      return new Namespace(value, Glob.parse("*/ns/" + value + "/*"));
    }

    @Override
    public boolean matches(String text) {
      return glob.matches(text);
    }
  }

  /**
   * An account of a namespace in any trust domain. Further segments may stand between the two and
   * behind them; the first {@code /ns/NAMESPACE/} that can begin is enough to look at, because what
   * follows a later one also follows it.
   */
  record ServiceAccount(String namespace, String space, String account) implements IdentityPattern {
    @Override
    public boolean matches(String text) {
      int from = text.startsWith(SCHEME) ? text.indexOf(space, SCHEME.length() + 1) : -1;
      if (from < 0) {
        return false;
      }
      int start = from + space.length();
      for (int at = text.indexOf(account, start); at >= 0; at = text.indexOf(account, at + 1)) {
        int end = at + account.length();
        boolean begins = at == start || at > start + 1 && text.charAt(at - 1) == '/';
        boolean ends = end == text.length() || end + 1 < text.length() && text.charAt(end) == '/';
        if (begins && ends) {
          return true;
        }
      }
      return false;
    }
  }

  /** A trust domain by its beginning and its end; a star never crosses a slash. */
  record TrustDomain(String prefix, String suffix) implements IdentityPattern {
    @Override
    public boolean matches(String text) {
      int end = text.startsWith(SCHEME) ? text.indexOf('/', SCHEME.length()) : -1;
      return end - SCHEME.length() >= prefix.length() + suffix.length()
          && text.startsWith(prefix, SCHEME.length())
          && text.startsWith(suffix, end - suffix.length());
    }
  }
}
