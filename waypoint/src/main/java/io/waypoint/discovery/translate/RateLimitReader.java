// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor;
import io.waypoint.routing.model.RateDescriptor.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads whom a GlobalRateLimit asks about which requests, and what follows. */
final class RateLimitReader {
  private static final String ALLOW = "Allow";
  private static final String GENERIC = "genericKey";
  private static final String HEADER = "requestHeader";
  private static final String ADDRESS = "remoteAddress";
  private static final String PRINCIPAL = "sourcePrincipal";
  private static final String DESTINATION = "destination";

  private static final List<String> ENTRIES =
      List.of(GENERIC, HEADER, ADDRESS, PRINCIPAL, DESTINATION);

  private static final String EXHAUSTED = "RESOURCE_EXHAUSTED";
  private static final List<String> STATUSES = List.of("UNAVAILABLE", EXHAUSTED);

  private RateLimitReader() {}

  /** Its service is looked up by whoever refers to it. Null when anything is wrong with it. */
  static @Nullable FilterSpec read(Manifest manifest) {
    List<@Nullable FilterSpec> made = new ArrayList<>(1);
    List<Problem> found = manifest.doc().problemsOf(() -> made.add(limit(manifest)));
    return found.stream().anyMatch(Problem::isError) ? null : made.getFirst();
  }

  private static @Nullable FilterSpec limit(Manifest manifest) {
    Doc spec =
        manifest
            .spec()
            .only(
                "backendRef",
                "domain",
                "descriptors",
                "timeout",
                "failureMode",
                "statusOnLimit",
                "grpcStatusOnLimit",
                "rateLimitHeaders");
    Backend service = service(manifest, spec.field("backendRef"));
    String domain = spec.field("domain").required();
    List<RateDescriptor> descriptors = descriptors(spec.field("descriptors"));
    Duration timeout = TimingReader.duration(spec.field("timeout"));
    String onFailure = spec.field("failureMode").oneOf(List.of(ALLOW, "Deny"));
    String call = spec.field("grpcStatusOnLimit").oneOf(STATUSES);
    int status = spec.field("statusOnLimit").integer(400, 599, 429);
    boolean counts = spec.field("rateLimitHeaders").flag(false);
    var told = new GlobalRateLimit.Told(status, EXHAUSTED.equals(call) ? 8 : 14, counts);
    return MatchReader.refused(
        spec,
        () ->
            new GlobalRateLimit(
                manifest.key(),
                service,
                domain,
                descriptors,
                timeout == null ? GlobalRateLimit.TIMEOUT : timeout,
                onFailure == null || onFailure.equals(ALLOW),
                told));
  }

  /** What is written of it, so that another reference is another limit. */
  private static Backend service(Manifest manifest, Doc ref) {
    ref.only("group", "kind", "namespace", "name", "port");
    String name = ref.field("name").required();
    String namespace = ref.field("namespace").text(manifest.namespace());
    ServiceReader.port(ref.field("port"));
    String written =
        "%s %s %s"
            .formatted(
                ref.field("group").text(""),
                ref.field("kind").text("Service"),
                ref.field("port").raw());
    return Backend.broken(name, namespace, 1, written);
  }

  private static List<RateDescriptor> descriptors(Doc list) {
    if (list.list().isEmpty()) {
      list.error(Code.MISSING_FIELD, list.path() + " needs at least one descriptor");
    }
    List<RateDescriptor> descriptors = new ArrayList<>();
    for (Doc doc : list.list(RateDescriptor.MOST)) {
      doc.only("entries");
      List<Entry> entries = new ArrayList<>();
      for (Doc entry : doc.field("entries").list(RateDescriptor.MOST)) {
        Entry read = entry(entry);
        if (read != null) {
          entries.add(read);
        }
      }
      if (doc.field("entries").list().isEmpty()) {
        doc.error(Code.MISSING_FIELD, doc.path() + ".entries needs at least one entry");
      } else if (!entries.isEmpty() && entries.size() <= RateDescriptor.MOST) {
        descriptors.add(new RateDescriptor(entries));
      }
    }
    return descriptors;
  }

  /** Null when it is malformed. */
  private static @Nullable Entry entry(Doc doc) {
    doc.only(ENTRIES);
    if (ENTRIES.stream().filter(doc::has).count() != 1) {
      doc.error(
          Code.CONTRADICTION, doc.path() + " has exactly one of " + String.join(", ", ENTRIES));
      return null;
    }
    if (doc.has(GENERIC)) {
      Doc constant = doc.field(GENERIC).only("key", "value");
      String key = constant.field("key").text("generic_key");
      String value = constant.field("value").required();
      return value.isEmpty()
          ? null
          : MatchReader.refused(constant, () -> new Entry.Constant(key, value));
    }
    if (doc.has(HEADER)) {
      return header(doc.field(HEADER));
    }
    for (String fact : List.of(ADDRESS, PRINCIPAL, DESTINATION)) {
      doc.field(fact).only(List.of());
    }
    return doc.has(ADDRESS)
        ? Entry.Fact.REMOTE_ADDRESS
        : doc.has(PRINCIPAL) ? Entry.Fact.SOURCE_PRINCIPAL : Entry.Fact.DESTINATION;
  }

  private static @Nullable Entry header(Doc doc) {
    doc.only("name", "key", "optional");
    String name = doc.field("name").required().toLowerCase(Locale.ROOT);
    String key = doc.field("key").text(name);
    boolean optional = doc.field("optional").flag(false);
    return name.isEmpty()
        ? null
        : MatchReader.refused(doc, () -> new Entry.Header(name, key, optional));
  }
}
