// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.SessionPersistence;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads how requests of one session are kept together. The field's first spelling ({@code
 * sessionName}, {@code cookieConfig}) is understood beside the present one ({@code cookie}, {@code
 * header}).
 */
final class SessionReader {
  private static final String STRICTNESS = "waypoint.dev/session-persistence";
  private static final int LONGEST_NAME = 128;

  private SessionReader() {}

  /** Null when nothing is said, or nothing that can be used. */
  static @Nullable SessionPersistence read(Manifest route, Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only(
        "type",
        "cookie",
        "header",
        "absoluteTimeout",
        "sessionName",
        "idleTimeout",
        "cookieConfig");
    String type = doc.has("type") ? doc.field("type").oneOf(List.of("Cookie", "Header")) : "Cookie";
    if (type == null) {
      return null;
    }
    boolean cookie = type.equals("Cookie");
    Doc other = doc.field(cookie ? "header" : "cookie");
    if (other.present() || !cookie && doc.has("cookieConfig")) {
      doc.error(Code.CONTRADICTION, "a session of type " + type + " has no field " + other.name());
    }
    if (doc.has("idleTimeout")) {
      doc.field("idleTimeout")
          .warning(
              Code.NOT_SUPPORTED, "idleTimeout is no longer part of the API: it has no effect");
    }
    Duration absolute = TimingReader.duration(doc.field("absoluteTimeout"));
    String name = name(doc, cookie);
    Doc lifetime = lifetime(doc);
    boolean permanent =
        cookie && "Permanent".equals(lifetime.oneOf(List.of("Session", "Permanent")));
    if (!cookie && name == null) {
      return null;
    }
    if (permanent && absolute == null) {
      lifetime.error(Code.CONTRADICTION, "a Permanent cookie needs an absoluteTimeout");
      return null;
    }
    return MatchReader.refused(
        doc,
        () ->
            new SessionPersistence(
                cookie ? SessionPersistence.Type.COOKIE : SessionPersistence.Type.HEADER,
                name,
                absolute,
                permanent,
                cookie ? doc.field("cookie").field("path").text() : null,
                strict(route)));
  }

  private static @Nullable String name(Doc doc, boolean cookie) {
    Doc own = doc.field(cookie ? "cookie" : "header");
    if (own.present()) {
      own.only(cookie ? List.of("name", "path", "lifetimeType") : List.of("name"));
    }
    Doc at =
        own.has("name") || !doc.has("sessionName") ? own.field("name") : doc.field("sessionName");
    String name = cookie ? at.text() : at.required();
    if (name != null && name.length() > LONGEST_NAME) {
      at.error(Code.LIMIT, at.path() + " is longer than " + LONGEST_NAME + " characters");
      return null;
    }
    return name == null || name.isEmpty() ? null : name;
  }

  private static Doc lifetime(Doc doc) {
    Doc config = doc.field("cookieConfig");
    if (config.present()) {
      config.only("lifetimeType");
      return config.field("lifetimeType");
    }
    return doc.field("cookie").field("lifetimeType");
  }

  private static boolean strict(Manifest route) {
    Doc word = route.annotation(STRICTNESS);
    return "strict".equals(word.oneOf(List.of("strict", "failover")));
  }
}
