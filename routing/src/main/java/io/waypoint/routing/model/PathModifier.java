// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

/** What becomes of a request's path; the query is never touched (Gateway API, HTTPPathModifier). */
public sealed interface PathModifier {
  /**
   * The new path.
   *
   * @param path canonical, without query
   * @param prefix what the rule's match took of it, without trailing slash; empty for all paths
   */
  String apply(String path, String prefix);

  /** Another path, whatever the request's. */
  record Full(String path) implements PathModifier {
    public Full {
      Syntax.path(path);
    }

    @Override
    public String apply(String ignored, String prefix) {
      return path;
    }
  }

  /**
   * Another beginning in place of the one that matched. What follows it keeps its slash, so that
   * neither {@code /xyzbar} nor {@code /xyz//bar} comes of {@code /foo/bar}.
   *
   * @param replacement empty for none; a trailing slash means nothing
   */
  record Prefix(String replacement) implements PathModifier {
    public Prefix {
      if (!replacement.isEmpty()) {
        Syntax.path(replacement);
      }
      if (replacement.endsWith("/")) {
        replacement = replacement.substring(0, replacement.length() - 1);
      }
    }

    @Override
    public String apply(String path, String prefix) {
      String rest = path.substring(prefix.length());
      String changed = replacement + rest;
      return changed.isEmpty() ? "/" : changed;
    }
  }
}
