// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.identity;

import org.jspecify.annotations.Nullable;

/**
 * The identity of a workload in the mesh: {@code spiffe://<trust domain>/ns/<namespace>/sa/<service
 * account>}.
 *
 * <p>Parsing is strict (SPIFFE-ID section 2, Istio's five-part path): one scheme spelling, no port,
 * no user info, no query, no fragment, no percent-encoding, no empty or dot segment, at most 2048
 * bytes.
 *
 * <p>Not a record, because policy asks for the {@link #uri} of every request's caller: it is put
 * together once.
 */
public final class SpiffeId {
  private static final String SCHEME = "spiffe://";
  private static final int LONGEST = 2048;

  private final TrustDomain trustDomain;
  private final String namespace;
  private final String serviceAccount;
  private final String uri;

  public SpiffeId(TrustDomain trustDomain, String namespace, String serviceAccount) {
    requireSegment("namespace", namespace);
    requireSegment("service account", serviceAccount);
    this.trustDomain = trustDomain;
    this.namespace = namespace;
    this.serviceAccount = serviceAccount;
    this.uri = SCHEME + trustDomain.name() + "/ns/" + namespace + "/sa/" + serviceAccount;
    if (uri.length() > LONGEST) {
      throw new IllegalArgumentException("a SPIFFE id has at most 2048 characters");
    }
  }

  public static SpiffeId of(String trustDomain, String namespace, String serviceAccount) {
    return new SpiffeId(new TrustDomain(trustDomain), namespace, serviceAccount);
  }

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException naming the rule that the text breaks
   */
  public static SpiffeId parse(String uri) {
    if (uri.length() > LONGEST) {
      throw new IllegalArgumentException("a SPIFFE id has at most 2048 characters");
    }
    if (!uri.startsWith(SCHEME)) {
      throw new IllegalArgumentException("a SPIFFE id begins with spiffe://");
    }
    String[] parts = uri.substring(SCHEME.length()).split("/", -1);
    if (parts.length != 5 || !parts[1].equals("ns") || !parts[3].equals("sa")) {
      throw new IllegalArgumentException(
          "a SPIFFE id of the mesh is spiffe://<trust domain>/ns/<namespace>/sa/<account>");
    }
    return of(parts[0], parts[2], parts[4]);
  }

  private static void requireSegment(String what, String value) {
    if (value.isEmpty() || value.equals(".") || value.equals("..")) {
      throw new IllegalArgumentException(
          "the " + what + " of a SPIFFE id is not empty and not a dot segment");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean allowed =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '.'
              || c == '-'
              || c == '_';
      if (!allowed) {
        throw new IllegalArgumentException(
            "the " + what + " of a SPIFFE id holds only letters, digits, '.', '-' and '_'");
      }
    }
  }

  public TrustDomain trustDomain() {
    return trustDomain;
  }

  public String namespace() {
    return namespace;
  }

  public String serviceAccount() {
    return serviceAccount;
  }

  /** The URI, as it stands in a certificate. */
  public String uri() {
    return uri;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SpiffeId id && uri.equals(id.uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }

  @Override
  public String toString() {
    return uri;
  }
}
