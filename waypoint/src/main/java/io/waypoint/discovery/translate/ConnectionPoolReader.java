// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.routing.balance.ConnectionLimits;
import io.waypoint.routing.balance.ConnectionLimits.Lifetime;
import io.waypoint.routing.balance.RetryShare;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code connectionPool} and {@code retryBudget} of a DestinationRule. */
final class ConnectionPoolReader {
  private ConnectionPoolReader() {}

  /** No limits when there is nothing that can be used. */
  static ConnectionLimits limits(Doc doc) {
    doc.only("tcp", "http");
    Doc tcp =
        doc.field("tcp")
            .only(
                "maxConnections",
                "connectTimeout",
                "tcpKeepalive",
                "maxConnectionDuration",
                "idleTimeout");
    Doc http =
        doc.field("http")
            .only(
                "http1MaxPendingRequests",
                "http2MaxRequests",
                "maxRequestsPerConnection",
                "maxRetries",
                "idleTimeout",
                "h2UpgradePolicy",
                "useClientProtocol",
                "maxConcurrentStreams");
    unapplied(tcp, http);
    Duration connect = duration(tcp.field("connectTimeout"));
    Duration idle = duration(http.field("idleTimeout"));
    Duration age = duration(tcp.field("maxConnectionDuration"));
    var limits =
        new ConnectionLimits(
            limit(tcp.field("maxConnections")),
            limit(http.field("http1MaxPendingRequests")),
            limit(http.field("http2MaxRequests")),
            limit(http.field("maxRetries")),
            new Lifetime(limit(http.field("maxRequestsPerConnection")), connect, idle, age));
    return limits.equals(ConnectionLimits.NONE) ? ConnectionLimits.NONE : limits;
  }

  private static void unapplied(Doc tcp, Doc http) {
    tcp.field("tcpKeepalive").only("probes", "time", "interval");
    without(
        tcp.field("tcpKeepalive"),
        "the connections to workloads are HBONE's, which have a keepalive of their own");
    without(tcp.field("idleTimeout"), "a relayed connection ends with its tunnel");
    if (http.has("useClientProtocol") && !http.field("useClientProtocol").flag(true)) {
      without(http.field("useClientProtocol"), "a request keeps the protocol that it came in");
    }
    http.field("maxConcurrentStreams").integer(0, Integer.MAX_VALUE, 0);
    without(
        http.field("maxConcurrentStreams"), "the endpoint's own SETTINGS say how many it takes");
  }

  /** Whether requests go on in HTTP/2; by default they keep the version that they came in. */
  static boolean upgrades(Doc http) {
    Doc policy = http.field("h2UpgradePolicy");
    return "UPGRADE".equals(policy.oneOf(List.of("DEFAULT", "DO_NOT_UPGRADE", "UPGRADE")));
  }

  /** A field that is understood and has no effect here. */
  static void without(Doc doc, String because) {
    if (doc.present()) {
      doc.warning(
          Code.NOT_SUPPORTED, doc.path() + " is not applied at a waypoint, because " + because);
    }
  }

  /** 0 means as much as nothing. */
  private static int limit(Doc doc) {
    int limit = doc.integer(0, Integer.MAX_VALUE, 0);
    return limit == 0 ? ConnectionLimits.NO_LIMIT : limit;
  }

  private static @Nullable Duration duration(Doc doc) {
    Duration duration = TimingReader.duration(doc);
    if (duration != null && !duration.isPositive()) {
      doc.error(Code.BAD_VALUE, doc.path() + " is \"" + doc.raw() + "\", it is longer than 0");
      return null;
    }
    return duration;
  }

  static @Nullable RetryShare retryShare(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("percent", "minRetryConcurrency");
    int least =
        doc.field("minRetryConcurrency").integer(0, Integer.MAX_VALUE, RetryShare.DEFAULT.least());
    String percent = doc.field("percent").raw();
    return MatchReader.refused(
        doc.field("percent"),
        () ->
            new RetryShare(
                percent.isEmpty() ? RetryShare.DEFAULT.percent() : Double.parseDouble(percent),
                least));
  }
}
