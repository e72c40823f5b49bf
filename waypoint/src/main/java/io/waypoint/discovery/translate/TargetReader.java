// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.PathModifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the filters that send a request, or its caller, elsewhere. */
final class TargetReader {
  private static final List<String> SCHEMES = List.of("http", "https");
  private static final List<Integer> STATUSES = List.of(301, 302, 303, 307, 308);
  private static final int LONGEST_HOST = 253;

  private TargetReader() {}

  static FilterSpec redirect(Doc doc) {
    doc.only("scheme", "hostname", "path", "port", "statusCode");
    Doc scheme = doc.field("scheme");
    Doc port = doc.field("port");
    Doc statusDoc = doc.field("statusCode");
    int status = statusDoc.integer(100, 599, FilterSpec.RequestRedirect.DEFAULT_STATUS);
    if (!STATUSES.contains(status)) {
      statusDoc.error(
          Code.BAD_VALUE, status + " is not the status of a redirect", "one of " + STATUSES);
      status = FilterSpec.RequestRedirect.DEFAULT_STATUS;
    }
    return new FilterSpec.RequestRedirect(
        scheme.present() ? scheme.oneOf(SCHEMES) : null,
        hostname(doc.field("hostname")),
        port.present() ? port.integer(1, 65535, 0) : 0,
        path(doc.field("path")),
        status);
  }

  static FilterSpec rewrite(Doc doc) {
    doc.only("hostname", "path");
    return new FilterSpec.UrlRewrite(hostname(doc.field("hostname")), path(doc.field("path")));
  }

  private static @Nullable String hostname(Doc doc) {
    String name = doc.present() ? doc.required() : null;
    if (name == null || name.length() <= LONGEST_HOST && Names.isSubdomain(name)) {
      return name;
    }
    doc.error(Code.BAD_VALUE, "\"" + name + "\" is not a host name");
    return null;
  }

  private static @Nullable PathModifier path(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("type", "replaceFullPath", "replacePrefixMatch");
    doc.field("type").required();
    String type = doc.field("type").oneOf(List.of("ReplaceFullPath", "ReplacePrefixMatch"));
    if (type == null) {
      return null;
    }
    boolean full = type.equals("ReplaceFullPath");
    if (doc.has("replaceFullPath") != full || doc.has("replacePrefixMatch") == full) {
      String field = full ? "replaceFullPath" : "replacePrefixMatch";
      doc.error(
          Code.CONTRADICTION,
          "a path of type %s has the field %s and no other".formatted(type, field));
      return null;
    }
    return full
        ? new PathModifier.Full(doc.field("replaceFullPath").text(""))
        : new PathModifier.Prefix(doc.field("replacePrefixMatch").text(""));
  }
}
