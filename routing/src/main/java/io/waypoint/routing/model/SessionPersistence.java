// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one session go to one endpoint (Gateway API, SessionPersistence; GEP-1619).
 *
 * @param name of the cookie or header; null only for a cookie, which then gets one for its rule
 * @param absoluteTimeout after this a session begins anew; null for never
 * @param permanent whether the browser keeps the cookie for as long as the session lasts
 * @param path of the cookie; null for {@code /}
 * @param strict whether a session whose endpoint is gone is answered 503 rather than moved
 */
public record SessionPersistence(
    Type type,
    @Nullable String name,
    @Nullable Duration absoluteTimeout,
    boolean permanent,
    @Nullable String path,
    boolean strict) {
  /** How a session is recognised. */
  public enum Type {
    COOKIE,
    HEADER
  }

  public SessionPersistence {
    if (type == Type.HEADER && name == null) {
      throw new IllegalArgumentException("a session that a header tells has the header's name");
    }
    if (name != null) {
      Syntax.fieldName(name);
    }
    if (permanent && absoluteTimeout == null) {
      throw new IllegalArgumentException("a permanent cookie has an absoluteTimeout");
    }
    if (path != null) {
      Syntax.path(path);
    }
  }
}
