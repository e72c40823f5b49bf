// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Units;
import io.waypoint.rbac.Authorizers.Kind;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.ExternalAuthorizer.Body;
import io.waypoint.world.ExternalAuthorizer.Shown;
import io.waypoint.world.ExternalAuthorizer.Taken;
import io.waypoint.world.FieldSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the external authorizers of a mesh: MeshConfig's {@code extensionProviders}. One with an
 * error is left out, so that what names it is denied.
 */
final class AuthorizerReader {
  private static final String HTTP = "envoyExtAuthzHttp";
  private static final String GRPC = "envoyExtAuthzGrpc";
  private static final int LARGEST_BODY = 1024 * 1024;

  /** Providers of other things. */
  private static final List<String> OTHERS =
      List.of(
          "datadog",
          "envoyFileAccessLog",
          "envoyHttpAls",
          "envoyOtelAls",
          "envoyTcpAls",
          "lightstep",
          "opencensus",
          "opentelemetry",
          "prometheus",
          "sds",
          "skywalking",
          "stackdriver",
          "zipkin");

  private AuthorizerReader() {}

  /** By name; the first of a name counts. */
  static Map<String, ExternalAuthorizer> read(Doc list) {
    Map<String, ExternalAuthorizer> authorizers = new LinkedHashMap<>();
    for (Doc provider : list.list()) {
      List<String> known = new ArrayList<>(OTHERS);
      known.addAll(List.of("name", HTTP, GRPC));
      int before = provider.errorsSoFar();
      String name = provider.only(known).field("name").required();
      ExternalAuthorizer read = authorizer(provider, name);
      if (read != null && !Names.isLabel(name)) {
        provider
            .field("name")
            .error(Code.BAD_VALUE, "an authorizer's name is a DNS label of at most 63 characters");
      }
      if (read != null && provider.errorsSoFar() == before) {
        if (authorizers.putIfAbsent(name, read) != null) {
          provider.field("name").error(Code.DUPLICATE_OBJECT, "there are two providers " + name);
        }
      }
    }
    return authorizers;
  }

  private static @Nullable ExternalAuthorizer authorizer(Doc provider, String name) {
    if (provider.has(HTTP)) {
      return http(provider.field(HTTP), name);
    }
    return provider.has(GRPC) ? grpc(provider.field(GRPC), name) : null;
  }

  private static ExternalAuthorizer http(Doc doc, String name) {
    doc.only(
        "service",
        "port",
        "timeout",
        "failOpen",
        "statusOnError",
        "clearRouteCache",
        "pathPrefix",
        "includeHeadersInCheck",
        "includeRequestHeadersInCheck",
        "includeAdditionalHeadersInCheck",
        "includeRequestBodyInCheck",
        "headersToUpstreamOnAllow",
        "headersToDownstreamOnDeny",
        "headersToDownstreamOnAllow");
    boolean deprecated = doc.has("includeHeadersInCheck");
    Doc shown = doc.field(deprecated ? "includeHeadersInCheck" : "includeRequestHeadersInCheck");
    if (deprecated && doc.has("includeRequestHeadersInCheck")) {
      shown.error(Code.CONTRADICTION, "includeHeadersInCheck is the older name of the other field");
    }
    String prefix = doc.field("pathPrefix").text("");
    if (!prefix.isEmpty() && !prefix.startsWith("/")) {
      doc.field("pathPrefix").error(Code.BAD_VALUE, "a path prefix begins with /");
    }
    return authorizer(
        doc,
        name,
        Kind.HTTP,
        new Shown(
            prefix,
            fields(shown),
            doc.field("includeAdditionalHeadersInCheck").textMap(),
            body(doc.field("includeRequestBodyInCheck"))),
        new Taken(
            fields(doc.field("headersToUpstreamOnAllow")),
            doc.has("headersToDownstreamOnDeny")
                ? fields(doc.field("headersToDownstreamOnDeny"))
                : null,
            fields(doc.field("headersToDownstreamOnAllow"))));
  }

  private static ExternalAuthorizer grpc(Doc doc, String name) {
    doc.only(
        "service",
        "port",
        "timeout",
        "failOpen",
        "statusOnError",
        "clearRouteCache",
        "includeRequestBodyInCheck");
    return authorizer(
        doc,
        name,
        Kind.GRPC,
        new Shown("", FieldSet.NONE, Map.of(), body(doc.field("includeRequestBodyInCheck"))),
        Taken.DEFAULT);
  }

  private static ExternalAuthorizer authorizer(
      Doc doc, String name, Kind kind, Shown shown, Taken taken) {
    String service = doc.field("service").required();
    if (!doc.has("port")) {
      doc.field("port").error(Code.MISSING_FIELD, doc.path() + ".port is required");
    }
    // The route is chosen after the authorizer has answered, so there is nothing to clear.
    doc.field("clearRouteCache").flag(false);
    return new ExternalAuthorizer(
        name,
        kind,
        service.substring(service.indexOf('/') + 1),
        doc.field("port").integer(1, 65535, 1),
        timeout(doc.field("timeout")),
        doc.field("failOpen").flag(false),
        status(doc.field("statusOnError")),
        shown,
        taken);
  }

  private static Duration timeout(Doc doc) {
    String text = doc.text();
    if (text == null) {
      return ExternalAuthorizer.TIMEOUT;
    }
    Duration timeout = seconds(text);
    if (timeout == null || timeout.isNegative() || timeout.toMillis() == 0) {
      doc.error(Code.BAD_VALUE, doc.path() + " is \"" + text + "\"", "for example 2s or 500ms");
      return ExternalAuthorizer.TIMEOUT;
    }
    return timeout;
  }

  /** As protobuf's JSON writes it, {@code 0.25s}, or as people do. */
  static @Nullable Duration seconds(String text) {
    if (text.matches("[0-9]{1,6}\\.[0-9]{1,9}s")) {
      return Duration.ofNanos(
          (long) (Double.parseDouble(text.substring(0, text.length() - 1)) * 1e9));
    }
    return Units.duration(text);
  }

  private static int status(Doc doc) {
    if (!doc.present()) {
      return ExternalAuthorizer.STATUS_ON_ERROR;
    }
    String text = doc.raw();
    if (!text.matches("[2-5][0-9][0-9]")) {
      doc.error(Code.BAD_VALUE, doc.path() + " is \"" + text + "\", not an HTTP status");
      return ExternalAuthorizer.STATUS_ON_ERROR;
    }
    return Integer.parseInt(text);
  }

  private static @Nullable Body body(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("maxRequestBytes", "allowPartialMessage", "packAsBytes");
    if (!doc.has("maxRequestBytes")) {
      doc.error(Code.MISSING_FIELD, doc.path() + ".maxRequestBytes is required");
    }
    return new Body(
        doc.field("maxRequestBytes").integer(1, LARGEST_BODY, 1),
        doc.field("allowPartialMessage").flag(false),
        doc.field("packAsBytes").flag(false));
  }

  private static FieldSet fields(Doc list) {
    List<String> patterns = new ArrayList<>();
    for (Doc doc : list.list()) {
      String text = doc.text("");
      if (FieldSet.isPattern(text)) {
        patterns.add(text);
      } else {
        doc.error(
            Code.BAD_VALUE,
            doc.path() + " is \"" + text + "\"",
            "a name, prefix* or *suffix; a star alone would show everything");
      }
    }
    return new FieldSet(patterns);
  }
}
