// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import org.jspecify.annotations.Nullable;

/**
 * How a path is made canonical before anything looks at it. What policy judges is what is
 * forwarded.
 *
 * <pre>
 *   every mode                  cut at '#'; refuse control characters, NUL and %00
 *   BASE                        decode escaped letters, digits and - . _ ~ once; '\' is '/';
 *                               escape what may not stand in a path; resolve . and ..
 *   MERGE_SLASHES               BASE, then one '/' for a run of them
 *   DECODE_AND_MERGE_SLASHES    %2F and %5C are '/'; then BASE; then the merge
 * </pre>
 *
 * <p>A dot segment keeps its meaning with parameters behind it ({@code ..;x}), because Java servers
 * drop those. Never changed: letter case, escapes of escapes, parameters, trailing slashes.
 */
public enum PathNormalization {
  NONE,
  /** Istio's default. */
  BASE,
  MERGE_SLASHES,
  DECODE_AND_MERGE_SLASHES;

  /**
   * The canonical form of a path; the same object when nothing changes.
   *
   * @param rawPathWithoutQuery as received, one character a byte
   * @return null when the request must be refused
   */
  public @Nullable String normalize(String rawPathWithoutQuery) {
    int fragment = rawPathWithoutQuery.indexOf('#');
    String path = fragment < 0 ? rawPathWithoutQuery : rawPathWithoutQuery.substring(0, fragment);
    if (path.isEmpty() || path.charAt(0) != '/' || !PathScan.acceptable(path)) {
      return null;
    }
    if (this == NONE || PathScan.canonical(path, mergesSlashes())) {
      return path;
    }
    var decoded = new StringBuilder(path.length() + 16);
    if (!PathScan.decode(path, this == DECODE_AND_MERGE_SLASHES, decoded)) {
      return null;
    }
    PathScan.resolveDots(decoded);
    if (mergesSlashes()) {
      PathScan.mergeSlashes(decoded);
    }
    return decoded.toString();
  }

  /**
   * The canonical form of a whole request target in origin form. The fragment is dropped before the
   * query is looked for.
   *
   * @return null when the request must be refused
   */
  public @Nullable RequestTarget target(String raw) {
    int end = raw.indexOf('#');
    end = end < 0 ? raw.length() : end;
    int mark = raw.indexOf('?');
    boolean hasQuery = mark >= 0 && mark < end;
    String path = normalize(raw.substring(0, hasQuery ? mark : end));
    if (path == null) {
      return null;
    }
    String query = hasQuery ? raw.substring(mark + 1, end) : null;
    return query == null || PathScan.printable(query) ? new RequestTarget(path, query) : null;
  }

  private boolean mergesSlashes() {
    return this == MERGE_SLASHES || this == DECODE_AND_MERGE_SLASHES;
  }
}
