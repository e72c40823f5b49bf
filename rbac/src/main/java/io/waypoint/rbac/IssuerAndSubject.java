// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.TextPattern.Anything;
import io.waypoint.rbac.TextPattern.Exact;
import io.waypoint.rbac.TextPattern.Prefix;
import io.waypoint.rbac.TextPattern.Suffix;

/**
 * A value of {@code requestPrincipals}. It is cut at its last slash, because an issuer is often a
 * URL; the star that counts is the first or the last character of the whole value.
 */
record IssuerAndSubject(TextPattern issuer, TextPattern subject) {
  static IssuerAndSubject parse(String value) {
    if (value.equals("*")) {
      return new IssuerAndSubject(Anything.NON_EMPTY, Anything.NON_EMPTY);
    }
    int slash = value.lastIndexOf('/');
    String issuer = slash < 0 ? value : value.substring(0, slash);
    String subject = slash < 0 ? "" : value.substring(slash + 1);
    if (value.startsWith("*")) {
      return slash < 0
          ? new IssuerAndSubject(Anything.NON_EMPTY, new Suffix(value.substring(1), false))
          : new IssuerAndSubject(
              issuer.equals("*") ? Anything.NON_EMPTY : new Suffix(issuer.substring(1), false),
              new Exact(subject, false));
    }
    if (value.endsWith("*")) {
      return slash < 0
          ? new IssuerAndSubject(new Prefix(cut(value), false), Anything.NON_EMPTY)
          : new IssuerAndSubject(
              new Exact(issuer, false),
              subject.equals("*") ? Anything.NON_EMPTY : new Prefix(cut(subject), false));
    }
    return new IssuerAndSubject(new Exact(issuer, false), new Exact(subject, false));
  }

  private static String cut(String value) {
    return value.substring(0, value.length() - 1);
  }
}
