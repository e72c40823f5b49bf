// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.LoadBalancing;
import io.waypoint.routing.balance.LocalityRule;
import io.waypoint.routing.balance.OutlierDetection;
import io.waypoint.routing.balance.TrafficPolicy;
import io.waypoint.routing.balance.Warmup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a {@code trafficPolicy} of a DestinationRule; what has no effect here is said. */
final class TrafficPolicyReader {
  private static final List<String> ALGORITHMS =
      List.of("UNSPECIFIED", "RANDOM", "PASSTHROUGH", "ROUND_ROBIN", "LEAST_REQUEST", "LEAST_CONN");

  private TrafficPolicyReader() {}

  /** The settings of one level: the destination's, or one port's. */
  static TrafficPolicy read(Doc doc) {
    ConnectionPoolReader.without(
        doc.field("tunnel"), "workloads are reached through HBONE, not through another proxy");
    ConnectionPoolReader.without(
        doc.field("proxyProtocol"), "HBONE carries the caller's identity and address itself");
    Doc balancer = doc.field("loadBalancer");
    balancer.only("simple", "consistentHash", "localityLbSetting", "warmup", "warmupDurationSecs");
    OutlierDetection outliers = outliers(doc.field("outlierDetection"));
    LocalityRule locality =
        LocalityReader.rule(balancer.field("localityLbSetting"), outliers != null);
    return new TrafficPolicy(
        balancing(balancer),
        ConnectionPoolReader.limits(doc.field("connectionPool")),
        outliers,
        locality == null ? LocalityRule.ANYWHERE : locality,
        warmup(balancer),
        ConnectionPoolReader.retryShare(doc.field("retryBudget")),
        ConnectionPoolReader.upgrades(doc.field("connectionPool").field("http")));
  }

  private static LoadBalancing balancing(Doc doc) {
    if (doc.has("simple") && doc.has("consistentHash")) {
      doc.error(Code.CONTRADICTION, doc.path() + " has simple and consistentHash");
    }
    if (doc.has("consistentHash")) {
      LoadBalancing hash = consistentHash(doc.field("consistentHash"));
      return hash == null ? TrafficPolicy.DEFAULT.balancing() : hash;
    }
    String simple = doc.field("simple").oneOf(ALGORITHMS);
    if ("PASSTHROUGH".equals(simple)) {
      ConnectionPoolReader.without(
          doc.field("simple"), "the address that was dialled is the service's, not an endpoint's");
    }
    return switch (simple) {
      case "RANDOM" -> LoadBalancing.Simple.RANDOM;
      case "ROUND_ROBIN" -> LoadBalancing.Simple.ROUND_ROBIN;
      case null, default -> LoadBalancing.Simple.LEAST_REQUEST;
    };
  }

  private static @Nullable LoadBalancing consistentHash(Doc doc) {
    doc.only(
        "httpHeaderName",
        "httpCookie",
        "useSourceIp",
        "httpQueryParameterName",
        "ringHash",
        "maglev",
        "minimumRingSize");
    if (doc.has("ringHash") && doc.has("maglev")) {
      doc.error(Code.CONTRADICTION, doc.path() + " has ringHash and maglev");
    }
    HashKey key = key(doc);
    if (key == null) {
      return null;
    }
    if (doc.has("maglev")) {
      Doc size = doc.field("maglev").only("tableSize").field("tableSize");
      int places = size.integer(2, Integer.MAX_VALUE, LoadBalancing.Maglev.DEFAULT_SIZE);
      return MatchReader.refused(size, () -> new LoadBalancing.Maglev(key, places));
    }
    Doc size =
        doc.has("minimumRingSize")
            ? doc.field("minimumRingSize")
            : doc.field("ringHash").only("minimumRingSize").field("minimumRingSize");
    int places = size.integer(0, Integer.MAX_VALUE, LoadBalancing.RingHash.DEFAULT_SIZE);
    return MatchReader.refused(
        size,
        () ->
            new LoadBalancing.RingHash(
                key, places == 0 ? LoadBalancing.RingHash.DEFAULT_SIZE : places));
  }

  /** Exactly one key; null when there is none, or more. */
  private static @Nullable HashKey key(Doc doc) {
    List<HashKey> keys = new ArrayList<>();
    if (doc.has("httpHeaderName")) {
      String name = doc.field("httpHeaderName").required();
      keys.add(new HashKey.Header(name.toLowerCase(Locale.ROOT)));
    }
    if (doc.has("httpCookie")) {
      Doc cookie = doc.field("httpCookie").only("name", "path", "ttl", "attributes");
      Duration ttl = TimingReader.duration(cookie.field("ttl"));
      List<HashKey.Attribute> attributes = new ArrayList<>();
      for (Doc each : cookie.field("attributes").list()) {
        HashKey.Attribute attribute = attribute(each);
        if (attribute != null) {
          attributes.add(attribute);
        }
      }
      String name = cookie.field("name").required();
      String path = cookie.field("path").text("");
      HashKey made =
          MatchReader.refused(cookie, () -> new HashKey.Cookie(name, path, ttl, attributes));
      if (made == null) {
        return null;
      }
      keys.add(made);
    }
    if (doc.field("useSourceIp").flag(false)) {
      keys.add(new HashKey.SourceIp());
    }
    if (doc.has("httpQueryParameterName")) {
      keys.add(new HashKey.QueryParameter(doc.field("httpQueryParameterName").required()));
    }
    if (keys.size() != 1) {
      doc.error(
          Code.CONTRADICTION,
          doc.path() + " names " + keys.size() + " keys, it must name one",
          "one of httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName");
      return null;
    }
    return keys.getFirst();
  }

  private static HashKey.@Nullable Attribute attribute(Doc doc) {
    doc.only("name", "value");
    String name = doc.field("name").required();
    String value = doc.field("value").text("");
    return MatchReader.refused(doc, () -> new HashKey.Attribute(name, value));
  }

  private static @Nullable Warmup warmup(Doc balancer) {
    Doc doc = balancer.field("warmup");
    Doc shorthand = balancer.field("warmupDurationSecs");
    if (!doc.present() && !shorthand.present()) {
      return null;
    }
    doc.only("duration", "minimumPercent", "aggression");
    Doc at = doc.present() ? doc.field("duration") : shorthand;
    Duration duration = TimingReader.duration(at);
    if (duration == null) {
      doc.error(Code.MISSING_FIELD, at.path() + " is required");
      return null;
    }
    int least = doc.field("minimumPercent").integer(0, 100, 10);
    String aggression = doc.field("aggression").raw();
    return MatchReader.refused(
        at,
        () ->
            new Warmup(duration, least, aggression.isEmpty() ? 1 : Double.parseDouble(aggression)));
  }

  private static @Nullable OutlierDetection outliers(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only(
        "consecutiveErrors",
        "splitExternalLocalOriginErrors",
        "consecutiveLocalOriginFailures",
        "consecutiveGatewayErrors",
        "consecutive5xxErrors",
        "interval",
        "baseEjectionTime",
        "maxEjectionPercent",
        "minHealthPercent");
    OutlierDetection defaults = OutlierDetection.DEFAULTS;
    Duration interval = TimingReader.duration(doc.field("interval"));
    Duration base = TimingReader.duration(doc.field("baseEjectionTime"));
    // The old name of what gateway errors are today.
    Doc gateway =
        doc.field(doc.has("consecutiveErrors") ? "consecutiveErrors" : "consecutiveGatewayErrors");
    int server = count(doc.field("consecutive5xxErrors"), defaults.serverErrors());
    int ofGateways = count(gateway, defaults.gatewayErrors());
    int local = count(doc.field("consecutiveLocalOriginFailures"), defaults.localErrors());
    boolean split = doc.field("splitExternalLocalOriginErrors").flag(false);
    int most = doc.field("maxEjectionPercent").integer(0, 100, 0);
    int health = doc.field("minHealthPercent").integer(0, 100, defaults.leastHealthPercent());
    return MatchReader.refused(
        doc,
        () ->
            new OutlierDetection(
                server,
                ofGateways,
                local,
                split,
                interval == null ? defaults.interval() : interval,
                base == null ? defaults.baseEjection() : base,
                most == 0 ? defaults.mostEjectedPercent() : most,
                health));
  }

  private static int count(Doc doc, int fallback) {
    return doc.integer(0, Integer.MAX_VALUE, fallback);
  }
}
