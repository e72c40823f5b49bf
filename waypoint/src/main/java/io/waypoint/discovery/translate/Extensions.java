// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.routing.model.FilterSpec.LocalRateLimit;
import io.waypoint.routing.model.Share;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The objects of our own group, to which a filter of type {@code ExtensionRef} refers. */
final class Extensions {
  static final String FAULT = "Fault";
  static final String LOCAL_RATE_LIMIT = "LocalRateLimit";
  static final String GLOBAL_RATE_LIMIT = "GlobalRateLimit";
  static final Set<String> KINDS = Set.of(FAULT, LOCAL_RATE_LIMIT, GLOBAL_RATE_LIMIT);

  private static final List<String> SCOPES = List.of("Route", "Destination", "Principal");

  /** The statuses of gRPC by number, and the HTTP status that stands for each. */
  private static final List<String> CALLS =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  private static final int[] HTTP = {
    200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401
  };

  private final Map<String, FilterSpec> found = new HashMap<>();

  Extensions(Objects objects) {
    for (Manifest manifest : objects.of(FAULT)) {
      keep(manifest, fault(manifest.spec()));
    }
    for (Manifest manifest : objects.of(LOCAL_RATE_LIMIT)) {
      keep(manifest, limit(manifest));
    }
    for (Manifest manifest : objects.of(GLOBAL_RATE_LIMIT)) {
      keep(manifest, RateLimitReader.read(manifest));
    }
  }

  private void keep(Manifest manifest, @Nullable FilterSpec spec) {
    if (spec != null) {
      found.put(manifest.kind() + " " + manifest.key(), spec);
    }
  }

  /** Null when there is none, or none that could be read. */
  @Nullable FilterSpec of(String kind, String namespace, String name) {
    return found.get(kind + " " + namespace + "/" + name);
  }

  boolean sayTheSameAs(Extensions others) {
    return found.equals(others.found);
  }

  static boolean has(String group, String kind) {
    return group.equals(Kinds.OWN_GROUP) && KINDS.contains(kind);
  }

  private static @Nullable FilterSpec fault(Doc spec) {
    spec.only("delay", "abort");
    Fault.Delay delay = delay(spec.field("delay"));
    Fault.Abort abort = abort(spec.field("abort"));
    boolean broken = delay == null && spec.has("delay") || abort == null && spec.has("abort");
    return broken ? null : MatchReader.refused(spec, () -> new Fault(delay, abort));
  }

  private static Fault.@Nullable Delay delay(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("duration", "percent");
    Duration time = TimingReader.duration(doc.field("duration"));
    if (time == null && !doc.has("duration")) {
      doc.error(Code.MISSING_FIELD, doc.path() + ".duration is required");
    }
    Share share = share(doc.field("percent"), null);
    return time == null || share == null
        ? null
        : MatchReader.refused(doc.field("duration"), () -> new Fault.Delay(time, share));
  }

  private static Fault.@Nullable Abort abort(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("httpStatus", "grpcStatus", "percent");
    if (doc.has("httpStatus") == doc.has("grpcStatus")) {
      doc.error(Code.CONTRADICTION, doc.path() + " has one of httpStatus and grpcStatus, not both");
      return null;
    }
    Share share = share(doc.field("percent"), null);
    if (doc.has("httpStatus")) {
      int status = doc.field("httpStatus").integer(200, 599, 0);
      return share == null || status == 0 ? null : new Fault.Abort(status, -1, share);
    }
    return share == null ? null : call(doc.field("grpcStatus"), share);
  }

  /** An abort by the name of a gRPC status; null when there is none of this name. */
  static Fault.@Nullable Abort call(Doc doc, Share share) {
    String word = doc.oneOf(CALLS);
    int call = word == null ? -1 : CALLS.indexOf(word);
    return call < 0 ? null : new Fault.Abort(HTTP[call], call, share);
  }

  private static @Nullable FilterSpec limit(Manifest manifest) {
    Doc spec =
        manifest
            .spec()
            .only("maxTokens", "tokensPerFill", "fillInterval", "per", "enforcedPercent");
    if (!spec.has("maxTokens") || !spec.has("fillInterval")) {
      spec.error(Code.MISSING_FIELD, spec.path() + " needs maxTokens and fillInterval");
      return null;
    }
    int tokens = spec.field("maxTokens").integer(1, Integer.MAX_VALUE, 1);
    int perFill = spec.field("tokensPerFill").integer(1, Integer.MAX_VALUE, tokens);
    Duration interval = TimingReader.duration(spec.field("fillInterval"));
    String per = spec.field("per").present() ? spec.field("per").oneOf(SCOPES) : "Route";
    Share enforced = share(spec.field("enforcedPercent"), Share.ALL);
    if (interval == null || per == null || enforced == null) {
      return null;
    }
    var scope =
        switch (per) {
          case "Destination" -> LocalRateLimit.Scope.DESTINATION;
          case "Principal" -> LocalRateLimit.Scope.PRINCIPAL;
          default -> LocalRateLimit.Scope.ROUTE;
        };
    return MatchReader.refused(
        spec.field("fillInterval"),
        () -> new LocalRateLimit(manifest.key(), tokens, perFill, interval, scope, enforced));
  }

  /**
   * @param missing what nothing means; null when it must be written
   */
  private static @Nullable Share share(Doc doc, @Nullable Share missing) {
    if (!doc.present()) {
      if (missing == null) {
        doc.error(Code.MISSING_FIELD, doc.path() + " is required");
      }
      return missing;
    }
    return MatchReader.refused(doc, () -> Share.ofPercent(doc.raw()));
  }
}
