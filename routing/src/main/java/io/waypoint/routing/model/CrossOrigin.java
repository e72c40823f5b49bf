// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.time.Duration;
import java.util.List;

/**
 * Which pages of other origins may use an answer (Gateway API, HTTPCORSFilter; Fetch standard).
 *
 * @param origins {@code *} alone, or {@code scheme://host[:port]}, where a host may begin with
 *     {@code *.} or be {@code *}
 * @param methods {@code *} alone, or names
 * @param headers that a page may send: {@code *} alone, or names
 * @param exposed fields of the answer that a page may see: {@code *} alone, or names
 * @param credentials whether a page may send cookies and the like
 * @param maxAge how long a browser may remember the answer to a preflight
 */
public record CrossOrigin(
    List<String> origins,
    List<String> methods,
    List<String> headers,
    List<String> exposed,
    boolean credentials,
    Duration maxAge) {
  /** How long a preflight holds when nothing is written. */
  public static final Duration DEFAULT_MAX_AGE = Duration.ofSeconds(5);

  /** Everything. */
  public static final String ANY = "*";

  public CrossOrigin {
    origins = anyOrNames(64, origins, "allowed origins");
    methods = anyOrNames(9, methods, "allowed methods");
    headers = anyOrNames(64, headers, "allowed headers");
    exposed = anyOrNames(64, exposed, "exposed headers");
    if (maxAge.toSeconds() < 1) {
      throw new IllegalArgumentException("maxAge is at least a second");
    }
  }

  private static List<String> anyOrNames(int most, List<String> list, String what) {
    if (list.size() > 1 && list.contains(ANY)) {
      throw new IllegalArgumentException("* stands alone among the " + what);
    }
    return Limits.atMost(most, list, what);
  }
}
