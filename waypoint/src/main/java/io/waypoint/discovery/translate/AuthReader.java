// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.ExternalAuth.Protocol;
import io.waypoint.routing.model.Target;
import io.waypoint.world.FieldSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads whom an ExternalAuth filter asks. One who is not there spoils the rule: nothing passes. */
final class AuthReader {
  private static final int MOST = 64;

  /** What the API lets a path be. */
  private static final Pattern PATH =
      Pattern.compile("(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2}){1,1024}");

  private AuthReader() {}

  /**
   * @throws IllegalArgumentException when nobody can be asked
   */
  static FilterSpec read(Manifest route, Doc doc, BackendReader backends) {
    doc.only("protocol", "backendRef", "grpc", "http", "forwardBody");
    doc.field("protocol").required();
    String word = doc.field("protocol").oneOf(List.of("HTTP", "GRPC"));
    boolean isGrpc = "GRPC".equals(word);
    if (doc.has(isGrpc ? "http" : "grpc")) {
      doc.error(
          Code.CONTRADICTION,
          "protocol %s goes with the field %s".formatted(word, isGrpc ? "grpc" : "http"));
    }
    Doc http = doc.field("http").only("path", "allowedHeaders", "allowedResponseHeaders");
    Doc grpc = doc.field("grpc").only("allowedHeaders");
    Doc body = doc.field("forwardBody").only("maxSize").field("maxSize");
    Backend backend = backends.authorizer(route, doc.field("backendRef"));
    if (backend.target() instanceof Target.Broken(var reason)) {
      throw new IllegalArgumentException("nobody can be asked: " + reason);
    }
    return new FilterSpec.ExternalAuth(
        backend,
        isGrpc ? Protocol.GRPC : Protocol.HTTP,
        path(http.field("path")),
        names(isGrpc ? grpc.field("allowedHeaders") : http.field("allowedHeaders")),
        names(http.field("allowedResponseHeaders")),
        body.integer(0, FilterSpec.ExternalAuth.LARGEST_BODY, 0));
  }

  /** Without what would lead elsewhere when it is put together with the request's own. */
  private static String path(Doc doc) {
    String path = doc.text("");
    if (path.isEmpty()) {
      return path;
    }
    String lower = path.toLowerCase(Locale.ROOT);
    boolean climbs =
        path.contains("//")
            || path.contains("/./")
            || path.contains("/../")
            || path.endsWith("/.")
            || path.endsWith("/..")
            || lower.contains("%2f")
            || lower.contains("%2e")
            || lower.contains("%5c")
            || lower.contains("%00");
    if (!path.startsWith("/") || climbs || !PATH.matcher(path).matches()) {
      doc.error(
          Code.BAD_VALUE, doc.path() + " is \"" + path + "\", not a path", "for example /check");
    }
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static List<String> names(Doc list) {
    List<String> names = new ArrayList<>();
    for (Doc doc : list.list(MOST)) {
      String name = doc.required();
      if (FieldSet.isPattern(name) && name.indexOf('*') < 0) {
        names.add(name);
      } else if (!name.isEmpty()) {
        doc.error(Code.BAD_VALUE, "\"" + name + "\" is not the name of a header");
      }
    }
    return names;
  }
}
