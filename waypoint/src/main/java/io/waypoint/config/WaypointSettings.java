// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The static settings of a process: what is not part of the mesh's configuration and is read once.
 * A flag wins over a {@code WAYPOINT_*} variable, which wins over {@code waypoint.yaml}.
 */
public record WaypointSettings(
    Ports ports,
    Timeouts timeouts,
    Limits limits,
    Drain drain,
    Instance instance,
    Mesh mesh,
    Keys keys) {
  /** The defaults, in one place. */
  public static final WaypointSettings DEFAULTS =
      new WaypointSettings(
          Ports.DEFAULTS,
          Timeouts.DEFAULTS,
          Limits.DEFAULTS,
          Drain.DEFAULTS,
          Instance.DEFAULTS,
          Mesh.DEFAULTS,
          Keys.DEFAULTS);

  /** Those of a process that is in no cluster. */
  public WaypointSettings(
      Ports ports, Timeouts timeouts, Limits limits, Drain drain, Instance instance) {
    this(ports, timeouts, limits, drain, instance, Mesh.DEFAULTS, Keys.DEFAULTS);
  }

  /**
   * Where this process listens; 0 lets the system choose.
   *
   * @param outbound the dev mesh's ztunnel: SOCKS5 and plain HTTP
   */
  public record Ports(int hbone, int admin, int metrics, int readiness, int outbound) {
    static final Ports DEFAULTS = new Ports(15008, 15000, 15020, 15021, 15080);
  }

  /**
   * @param connect to a workload, TCP alone
   * @param tunnel to a workload with TLS and CONNECT
   * @param tlsHandshake of a caller, from accept to the end of TLS
   * @param connectAnswer within which every CONNECT is answered
   * @param protocolDetection how long an undeclared port may be silent before it counts as TCP
   * @param requestHead from the first byte of a request to the end of its headers
   * @param streamIdle of a request or relayed connection on which nothing moves
   * @param upstreamIdle after which a connection to a workload without requests is closed
   * @param downstreamIdle after which a caller's connection without tunnels is closed
   * @param pingInterval between our PINGs on a tunnel's connection
   * @param pingTimeout after which an unanswered PING closes it
   * @param maxConnectionAge after which a caller's connection is asked to go away, so that new
   *     replicas get their share
   */
  public record Timeouts(
      Duration connect,
      Duration tunnel,
      Duration tlsHandshake,
      Duration connectAnswer,
      Duration protocolDetection,
      Duration requestHead,
      Duration streamIdle,
      Duration upstreamIdle,
      Duration downstreamIdle,
      Duration pingInterval,
      Duration pingTimeout,
      Duration maxConnectionAge) {
    static final Timeouts DEFAULTS =
        new Timeouts(
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofHours(1));
  }

  /**
   * Counts, and sizes in bytes.
   *
   * @param headerFields of a request or response
   * @param headerBytes of a request or response
   * @param pathBytes of a request's path with its query
   * @param connectHeaderBytes of a CONNECT
   * @param streams tunnels a caller may have open on one connection; ztunnel stalls below 100
   * @param streamWindow what one tunnel may have unread
   * @param unreadBytes what all tunnels together may have unread
   * @param connections to one workload, from one event loop
   * @param pendingRequests waiting for a connection to one workload, on one event loop
   * @param retries to another endpoint after the first attempt
   * @param coalescingMicros how long, in microseconds, a busy event loop may let arrivals gather to
   *     handle them together; 0 turns it off
   */
  public record Limits(
      int headerFields,
      long headerBytes,
      long pathBytes,
      long connectHeaderBytes,
      int streams,
      long streamWindow,
      long unreadBytes,
      int connections,
      int pendingRequests,
      int retries,
      int coalescingMicros) {
    static final Limits DEFAULTS =
        new Limits(
            100, 60L << 10, 8L << 10, 16L << 10, 200, 256L << 10, 64L << 20, 1024, 1024, 2, 500);
  }

  /**
   * How the process ends.
   *
   * @param delay keeps accepting this long after it stopped being ready, so that callers learn of
   *     it
   * @param goAway over which callers' connections are asked to go away
   * @param grace for what is in flight, counted from the signal
   */
  public record Drain(Duration delay, Duration goAway, Duration grace) {
    static final Drain DEFAULTS =
        new Drain(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(30));
  }

  /**
   * @param eventLoops 0 means one for each processor
   * @param gateway {@code namespace/name} of our Gateway; null for the only one there is
   * @param rootNamespace where the mesh's settings live
   * @param locality where this process runs, {@code region/zone/subzone}; null when not known
   * @param node the machine it runs on; null when not known
   * @param controllerNamespace where the controller is that writes the status of Gateways while it
   *     is at work; null without one
   * @param nameServers asked for hosts outside the mesh, {@code address} or {@code address:port}
   *     with commas between; null for the system's
   */
  public record Instance(
      int eventLoops,
      @Nullable String gateway,
      String rootNamespace,
      @Nullable String locality,
      @Nullable String node,
      @Nullable String controllerNamespace,
      @Nullable String nameServers) {
    static final Instance DEFAULTS = new Instance(0, null, "istio-system", null, null, null, null);
  }

  /**
   * The mesh of a cluster, as a pod finds it.
   *
   * @param istiod host and port
   * @param istiodName the host name in its certificate; null for the host above
   * @param cluster the name under which istiod knows the cluster
   * @param network ours; null for the default one
   * @param rootFile PEM file of the roots, kept up to date by the cluster
   * @param revocationFile PEM file of revocation lists; need not exist
   * @param tokenFile our service-account token of audience {@code istio-ca}
   * @param certificateLifetime that is asked for
   */
  public record Mesh(
      String istiod,
      @Nullable String istiodName,
      String cluster,
      @Nullable String network,
      String rootFile,
      String revocationFile,
      String tokenFile,
      Duration certificateLifetime) {
    static final Mesh DEFAULTS =
        new Mesh(
            "istiod.istio-system.svc:15012",
            null,
            "Kubernetes",
            null,
            "/var/run/secrets/istio/root-cert.pem",
            "/var/run/secrets/istio/crl/ca-crl.pem",
            "/var/run/secrets/tokens/istio-token",
            Duration.ofHours(24));
  }

  /**
   * The key sets of issuers of tokens that are fetched; how long a fetch may take stands beside
   * their address in the RequestAuthentication.
   *
   * @param refresh after a fetch that went well
   * @param firstRetry after one that did not; doubles with every further failure
   * @param longestRetry the doubling ends here
   * @param pause between fetches that callers cause with keys nobody knows
   * @param answerBytes a longer answer is none
   * @param retire how long keys are kept that no configuration names any more
   * @param refused blocks of addresses that are not asked, separated by commas, besides those that
   *     never are; null for none
   */
  public record Keys(
      Duration refresh,
      Duration firstRetry,
      Duration longestRetry,
      Duration pause,
      long answerBytes,
      Duration retire,
      @Nullable String refused) {
    static final Keys DEFAULTS =
        new Keys(
            Duration.ofMinutes(20),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            1L << 20,
            Duration.ofMinutes(10),
            null);
  }

  /**
   * Reads the settings.
   *
   * @param file the content of {@code waypoint.yaml}, or null without one
   * @param environment the process's variables, of which {@code WAYPOINT_*} count: {@code
   *     timeouts.requestHead} is {@code WAYPOINT_TIMEOUTS_REQUEST_HEAD}
   * @param flags values given on the command line, by setting, for example {@code ports.hbone}
   */
  public static WaypointSettings read(
      @Nullable Doc file,
      Map<String, String> environment,
      Map<String, String> flags,
      Problems problems) {
    return new SettingsReader(file, environment, flags, problems).read();
  }

  /** Every setting with its value, for example {@code timeouts.connect: 1s}. */
  public List<String> dump() {
    return SettingsReader.dump(this);
  }
}
