// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.HeaderChange;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.PathMatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list of filters.
 *
 * @param filters those that can be had
 * @param obstacle why the list as a whole cannot: a filter must never be skipped
 */
record FilterReader(List<FilterSpec> filters, @Nullable String obstacle) {
  private static final int MOST = 16;

  /** The types, and the field that holds each one's payload. */
  private static final Map<String, String> PAYLOADS =
      Map.of(
          "RequestHeaderModifier", "requestHeaderModifier",
          "ResponseHeaderModifier", "responseHeaderModifier",
          "RequestRedirect", "requestRedirect",
          "URLRewrite", "urlRewrite",
          "RequestMirror", "requestMirror",
          "CORS", "cors",
          "ExternalAuth", "externalAuth",
          "ExtensionRef", "extensionRef");

  private static final Set<String> REPEATABLE = Set.of("RequestMirror", "ExtensionRef");

  /**
   * @param route whose filters they are
   * @param backends resolves where copies go
   */
  static FilterReader read(Manifest route, Doc list, BackendReader backends) {
    List<FilterSpec> filters = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    String obstacle = null;
    for (Doc doc : list.list(MOST)) {
      String type = type(doc);
      if (type == null) {
        obstacle = "a filter is malformed";
        continue;
      }
      boolean isNew = seen.add(type);
      if (!isNew && !REPEATABLE.contains(type)) {
        doc.error(Code.CONTRADICTION, "filter " + type + " may stand once in a list");
      }
      try {
        FilterSpec filter = filter(route, doc, type, backends);
        if (filter == null) {
          obstacle = obstacle(doc, type);
        } else if (filters.size() < MOST && (isNew || REPEATABLE.contains(type))) {
          filters.add(filter);
        }
      } catch (IllegalArgumentException e) {
        obstacle = String.valueOf(e.getMessage());
      }
      if (obstacle != null && !doc.path().contains("backendRefs")) {
        doc.warning(Code.RULE_BROKEN, obstacle + ": the rule answers 500");
      } else if (obstacle != null) {
        doc.warning(Code.RULE_BROKEN, obstacle + ": this backend's share is answered 500");
      }
    }
    if (seen.contains("RequestRedirect") && seen.contains("URLRewrite")) {
      list.error(Code.CONTRADICTION, "RequestRedirect and URLRewrite exclude one another");
    }
    return new FilterReader(List.copyOf(filters), obstacle);
  }

  /** The type, when exactly its payload is there. */
  private static @Nullable String type(Doc doc) {
    List<String> known = new ArrayList<>(PAYLOADS.values().stream().sorted().toList());
    known.addFirst("type");
    doc.only(known);
    doc.field("type").required();
    String type = doc.field("type").oneOf(PAYLOADS.keySet().stream().sorted().toList());
    if (type == null) {
      return null;
    }
    String payload = PAYLOADS.get(type);
    for (String other : PAYLOADS.values()) {
      if (other.equals(payload) != doc.has(other)) {
        doc.error(
            Code.CONTRADICTION,
            "a filter of type %s has the field %s and no other".formatted(type, payload));
        return null;
      }
    }
    return type;
  }

  /** Null when this version does not have it. */
  private static @Nullable FilterSpec filter(
      Manifest route, Doc doc, String type, BackendReader backends) {
    Doc payload = doc.field(PAYLOADS.getOrDefault(type, ""));
    return switch (type) {
      case "RequestHeaderModifier" -> new FilterSpec.RequestHeaderModifier(change(payload));
      case "ResponseHeaderModifier" -> new FilterSpec.ResponseHeaderModifier(change(payload));
      case "RequestRedirect" -> TargetReader.redirect(payload);
      case "URLRewrite" -> TargetReader.rewrite(payload);
      case "RequestMirror" -> MirrorReader.read(route, payload, backends);
      case "CORS" -> new FilterSpec.Cors(CrossOriginReader.read(payload));
      case "ExternalAuth" -> AuthReader.read(route, payload, backends);
      case "ExtensionRef" -> {
        Doc ref = payload.only("group", "kind", "name");
        yield backends.extension(
            route, ref.field("group").raw(), ref.field("kind").raw(), ref.field("name").raw());
      }
      default -> null;
    };
  }

  private static String obstacle(Doc doc, String type) {
    if (!type.equals("ExtensionRef")) {
      return "filter " + type + " is not supported in this version";
    }
    Doc ref = doc.field("extensionRef").only("group", "kind", "name");
    return "there is no extension %s %s of group \"%s\""
        .formatted(
            ref.field("kind").required(), ref.field("name").required(), ref.field("group").raw());
  }

  private static HeaderChange change(Doc doc) {
    doc.only("set", "add", "remove");
    List<String> remove = new ArrayList<>();
    for (Doc name : doc.field("remove").list(MOST)) {
      remove.add(name.required());
    }
    return new HeaderChange(headers(doc.field("set")), headers(doc.field("add")), remove);
  }

  private static List<HeaderChange.Field> headers(Doc list) {
    List<HeaderChange.Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Doc doc : list.list(MOST)) {
      doc.only("name", "value");
      String name = doc.field("name").required();
      String value = doc.field("value").required();
      if (!name.isEmpty() && !names.add(name.toLowerCase(Locale.ROOT))) {
        doc.error(Code.CONTRADICTION, "header " + name + " stands twice in " + list.path());
      }
      fields.add(new HeaderChange.Field(name, value));
    }
    return fields;
  }

  /**
   * Reports a prefix to be replaced where there is none: the API refuses it unless the rule has
   * exactly one match, of type PathPrefix.
   */
  static void checkPrefixes(Doc list, List<Match> matches) {
    boolean one =
        matches.isEmpty()
            || matches.size() == 1 && matches.getFirst().path() instanceof PathMatch.Prefix;
    for (Doc doc : one ? List.<Doc>of() : list.list()) {
      for (String payload : List.of("requestRedirect", "urlRewrite")) {
        Doc type = doc.field(payload).field("path").field("type");
        if (type.raw().equals("ReplacePrefixMatch")) {
          type.error(
              Code.CONTRADICTION,
              "ReplacePrefixMatch needs a rule with exactly one match, of type PathPrefix");
        }
      }
    }
  }

  static boolean redirects(Doc list) {
    return list.list().stream().anyMatch(doc -> doc.field("type").raw().equals("RequestRedirect"));
  }
}
