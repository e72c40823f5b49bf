// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.waypoint.e2e.Misbehaving.Got;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What outlierDetection and warmup make of endpoints that fail, hang, refuse and flap, as callers
 * and metrics see it (policies.md 5C, 5.11; reliability.md U01, U02, U05, U13, U16).
 */
@Timeout(60)
class EjectionIT {
  private static final Duration BASE = Duration.ofSeconds(30);
  private static final Duration A_BIT = Duration.ofSeconds(1);
  private static final String TIMEOUT =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: NAME, namespace: default}
      spec:
        parentRefs: [{group: "", kind: Service, name: NAME}]
        rules:
        - timeouts: {TIMEOUTS}
          backendRefs: [{name: NAME, port: 80}]
      """;

  /** Only some of the requests have a time. */
  private static final String QUEUE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: queue, namespace: default}
      spec:
        parentRefs: [{group: "", kind: Service, name: queue}]
        rules:
        - matches: [{path: {value: /hold}}]
          backendRefs: [{name: queue, port: 80}]
        - matches: [{path: {value: /try}}]
          timeouts: {backendRequest: 500ms}
          backendRefs: [{name: queue, port: 80}]
        - timeouts: {request: 500ms}
          backendRefs: [{name: queue, port: 80}]
      """;

  /** An endpoint that no tunnel leads to. */
  private static final String SLICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: NAME, namespace: default}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: NAME-1
        namespace: default
        labels: {kubernetes.io/service-name: NAME}
      addressType: IPv4
      ports: [{name: http, port: PORT}]
      endpoints: [{addresses: [127.0.0.1]}]
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: NAME, namespace: default}
      spec: {host: NAME, trafficPolicy: {POLICY}}
      """;

  @TempDir static Path folder;
  private static Misbehaving cast;
  private static final List<Socket> queued = new ArrayList<>();
  private static ServerSocket full;

  /** Has a port and does not listen there: who connects is refused, and nobody else gets it. */
  private static final Socket refusing = new Socket();

  @BeforeAll
  static void open() throws Exception {
    cast = new Misbehaving(folder);
    cast.service(
        "gateway",
        3,
        outliers("consecutive5xxErrors: 0, consecutiveGatewayErrors: 2, maxEjectionPercent: 50"));
    cast.service("returns", 3, outliers("consecutive5xxErrors: 2, baseEjectionTime: 30s"));
    cast.service("all", 2, outliers("consecutive5xxErrors: 1, maxEjectionPercent: 100"));
    cast.service(
        "panics",
        2,
        outliers("consecutive5xxErrors: 1, maxEjectionPercent: 100, minHealthPercent: 60"));
    cast.service(
        "split",
        2,
        outliers(
            "consecutive5xxErrors: 0, splitExternalLocalOriginErrors: true,"
                + " consecutiveLocalOriginFailures: 2, maxEjectionPercent: 50"));
    String often = "consecutive5xxErrors: 1, baseEjectionTime: 30s, maxEjectionPercent: 100";
    cast.service("grows", 3, "outlierDetection: {interval: 10s, " + often + "}, " + ROBIN);
    cast.service("flaps", 2, outliers("consecutive5xxErrors: 3, maxEjectionPercent: 50"));
    cast.service("share", 4, outliers("consecutive5xxErrors: 1, maxEjectionPercent: 50"));
    cast.service("one", 4, outliers("consecutive5xxErrors: 1"));
    cast.service("mixed", 2, outliers("consecutive5xxErrors: 3, maxEjectionPercent: 50"));
    cast.service("unsplit", 2, outliers("consecutive5xxErrors: 2, maxEjectionPercent: 50"));
    cast.service("off", 2, ROBIN);
    cast.service(
        "sweeps",
        2,
        ROBIN
            + ", outlierDetection: {interval: 5m, baseEjectionTime: 1s, consecutive5xxErrors: 1,"
            + " maxEjectionPercent: 50}");
    cast.service("signal", 2, outliers("consecutive5xxErrors: 1, baseEjectionTime: 1s"));
    cast.service("hole", 2, outliers("consecutive5xxErrors: 2, maxEjectionPercent: 50"));
    cast.service("slow-try", 2, outliers("consecutive5xxErrors: 2, maxEjectionPercent: 50"));
    cast.stage()
        .with("hole-route", timeouts("hole", "request: 1s"))
        .with("slow-route", timeouts("slow-try", "backendRequest: 1s"));
    cast.service("refuses", 1, outliers("consecutive5xxErrors: 3, maxEjectionPercent: 50"));
    refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    cast.deploy("refuses", 1, refusing.getLocalPort());
    cast.service(
            "queue",
            1,
            outliers("consecutive5xxErrors: 1, maxEjectionPercent: 100")
                + ", connectionPool: {tcp: {maxConnections: 1}}")
        .stage()
        .with("queue-route", QUEUE);
    cast.service("busy", 2, "loadBalancer: {simple: LEAST_REQUEST}");
    cast.service("warms", 1, "loadBalancer: {simple: ROUND_ROBIN, warmup: {duration: 100s}}");
    full = fullQueue();
    cast.stage()
        .with(
            "lost",
            SLICE
                .replace("NAME", "lost")
                .replace("PORT", Integer.toString(full.getLocalPort()))
                .replace(
                    "POLICY",
                    "connectionPool: {tcp: {connectTimeout: 200ms}},"
                        + " outlierDetection: {consecutive5xxErrors: 1}"))
        .with(
            "never",
            SLICE
                .replace("NAME", "never")
                .replace("PORT", Integer.toString(full.getLocalPort()))
                .replace(
                    "POLICY",
                    "connectionPool: {tcp: {connectTimeout: 50s}},"
                        + " outlierDetection: {consecutive5xxErrors: 1}"))
        .with("never-route", timeouts("never", "request: 1s"));
    cast.open();
  }

  private static final String ROBIN = "loadBalancer: {simple: ROUND_ROBIN}";

  private static String outliers(String fields) {
    return ROBIN + ", outlierDetection: {interval: 1s, " + fields + "}";
  }

  private static String timeouts(String name, String limits) {
    return TIMEOUT.replace("NAME", name).replace("TIMEOUTS", limits);
  }

  /** Nobody accepts, and the queue is full: a SYN gets no answer, as behind a firewall. */
  private static ServerSocket fullQueue() throws IOException {
    var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    for (int i = 0; i < 16; i++) {
      var filler = new Socket();
      queued.add(filler);
      try {
        filler.connect(address, 100);
      } catch (SocketTimeoutException e) {
        return socket;
      }
    }
    throw new AssertionError("the queue of a socket is never full");
  }

  @AfterAll
  static void close() throws Exception {
    cast.close();
    full.close();
    refusing.close();
    for (Socket filler : queued) {
      filler.close();
    }
  }

  @Test
  void withoutOutlierDetectionNobodyIsEjected() {
    cast.ill("off-1", 503);
    assertThat(cast.served("off", 40)).containsEntry("503", 20);
    assertThat(cast.ejections("off")).isZero();
  }

  @Test
  void gatewayErrorsAreCountedByThemselves() {
    cast.ill("gateway-1", 500);
    assertThat(cast.served("gateway", 30)).containsEntry("500", 10);
    cast.ill("gateway-1", 502);
    assertThat(cast.served("gateway", 30)).containsEntry("502", 2);
    assertThat(cast.ejections("gateway")).isEqualTo(1);
    assertThat(cast.ejected("gateway")).isEqualTo(1);
  }

  @Test
  void anEjectedEndpointComesBackWhenItsTimeIsOver() {
    cast.ill("returns-2", 503);
    assertThat(cast.served("returns", 30)).containsEntry("503", 2);
    cast.well("returns-2");
    assertThat(cast.served("returns", 30)).doesNotContainKey("returns-2");
    cast.pass(BASE.plus(A_BIT));
    cast.untilReturned("returns", 1);
    assertThat(cast.served("returns", 30)).containsEntry("returns-2", 10);
    assertThat(cast.ejected("returns")).isZero();
  }

  /** The second time it is away twice as long: when another one's first time ends, it stays. */
  @Test
  void whoFailsAgainIsAwayLonger() {
    cast.ill("grows-0", 503);
    cast.served("grows", 3);
    assertThat(cast.ejected("grows")).isEqualTo(1);
    cast.pass(BASE.plus(A_BIT));
    cast.untilReturned("grows", 1);
    cast.ill("grows-1", 503);
    cast.served("grows", 6);
    assertThat(cast.ejections("grows")).isEqualTo(3);
    assertThat(cast.ejected("grows")).isEqualTo(2);
    cast.well("grows-0");
    cast.well("grows-1");
    cast.pass(BASE.plus(A_BIT));
    cast.untilReturned("grows", 2);
    assertThat(cast.served("grows", 10)).containsOnlyKeys("grows-1", "grows-2");
    cast.pass(BASE.plus(A_BIT));
    cast.untilReturned("grows", 3);
    assertThat(cast.served("grows", 30)).containsOnlyKeys("grows-0", "grows-1", "grows-2");
  }

  /** Ejections end at the sweep, once an interval, however short they are. */
  @Test
  void nobodyComesBackBeforeTheIntervalIsOver() {
    cast.ill("sweeps-0", 503);
    cast.ill("signal-0", 503);
    cast.served("sweeps", 2);
    cast.served("signal", 2);
    assertThat(cast.ejected("sweeps")).isEqualTo(1);
    cast.pass(Duration.ofSeconds(20));
    cast.untilReturned("signal", 1);
    assertThat(cast.ejected("sweeps")).isEqualTo(1);
    cast.pass(Duration.ofMinutes(5));
    cast.untilReturned("sweeps", 1);
  }

  /** However often it comes and goes, each time costs no more than the errors that it takes. */
  @Test
  void aFlappingEndpointCostsThreeErrorsEachTime() {
    for (int times = 1; times <= 4; times++) {
      cast.ill("flaps-1", 503);
      assertThat(cast.served("flaps", 40)).containsEntry("503", 3);
      assertThat(cast.ejections("flaps")).isEqualTo(times);
      cast.well("flaps-1");
      cast.pass(BASE.multipliedBy(times).plus(A_BIT));
      cast.untilReturned("flaps", times);
      assertThat(cast.served("flaps", 10)).containsEntry("flaps-1", 5);
    }
  }

  @Test
  void noMoreThanTheirShareAreEjected() {
    for (int i = 0; i < 4; i++) {
      cast.ill("share-" + i, 503);
      cast.ill("one-" + i, 503);
    }
    assertThat(cast.served("share", 20)).containsExactly(Map.entry("503", 20));
    assertThat(cast.ejected("share")).as("50 % of 4").isEqualTo(2);
    cast.served("one", 20);
    assertThat(cast.ejected("one")).as("10 % of 4: one may always go").isEqualTo(1);
  }

  /** Every other answer is 503: nobody fails three times in a row. Then four of five. */
  @Test
  void whatCountsIsErrorsInARow() {
    cast.ill("mixed-1", 503, 200);
    assertThat(cast.served("mixed", 40)).containsEntry("503", 10).containsEntry("mixed-1", 10);
    assertThat(cast.ejections("mixed")).isZero();
    cast.ill("mixed-1", 200, 503, 503, 503, 503);
    assertThat(cast.served("mixed", 40)).containsEntry("503", 3).containsEntry("mixed-1", 1);
    assertThat(cast.ejections("mixed")).isEqualTo(1);
  }

  @Test
  void withAllEjectedNobodyIsAskedUnlessPanicIsOn() {
    for (String host : List.of("all", "panics")) {
      cast.ill(host + "-0", 503);
      cast.ill(host + "-1", 503);
      cast.served(host, 2);
      cast.well(host + "-0");
      cast.well(host + "-1");
    }
    Got nobody = cast.ask("all");
    assertThat(nobody.status()).isEqualTo(503);
    assertThat(nobody.body()).isEqualTo("no healthy upstream");
    assertThat(cast.ejected("all")).isEqualTo(2);
    assertThat(cast.flagged("all", "UH")).isEqualTo(1);
    assertThat(cast.served("panics", 10)).containsOnlyKeys("panics-0", "panics-1");
    assertThat(cast.ejected("panics")).isEqualTo(2);
  }

  @Test
  void brokenConnectionsAreCountedByThemselvesWhenSplit() {
    cast.ill("split-0", 500);
    cast.ill("split-1", 500);
    assertThat(cast.served("split", 20)).containsExactly(Map.entry("500", 20));
    assertThat(cast.ejections("split")).isZero();
    cast.ill("split-0", Misbehaving.RESETS);
    cast.well("split-1");
    cast.served("split", 12);
    assertThat(cast.ejections("split")).isEqualTo(1);
    assertThat(cast.served("split", 10)).containsExactly(Map.entry("split-1", 10));
  }

  /** One answer of 500 and one reset are two errors in a row. */
  @Test
  void brokenConnectionsCountLikeErrorsUnlessSplit() {
    cast.ill("unsplit-0", 500, Misbehaving.RESETS);
    cast.served("unsplit", 10);
    assertThat(cast.ejections("unsplit")).isEqualTo(1);
    assertThat(cast.served("unsplit", 10)).containsExactly(Map.entry("unsplit-1", 10));
  }

  /** A black hole: connections are accepted, requests are read, and nothing comes back. */
  @Test
  void whoLetsTheTimeOfRequestsPassIsEjected() {
    cast.ill("hole-1", Misbehaving.SILENT);
    assertThat(cast.served("hole", 12)).containsEntry("504", 2).containsEntry("hole-0", 10);
    assertThat(cast.unanswered("hole-1")).isEqualTo(2);
    assertThat(cast.ejected("hole")).isEqualTo(1);
    assertThat(cast.flagged("hole", "UT")).isEqualTo(2);
  }

  @Test
  void whoLetsTheTimeOfAttemptsPassIsEjected() {
    cast.ill("slow-try-0", Misbehaving.SILENT);
    assertThat(cast.served("slow-try", 12)).containsEntry("504", 2);
    assertThat(cast.ejected("slow-try")).isEqualTo(1);
  }

  /** What was refused was not seen: somebody else serves it, and no caller notices. */
  @Test
  void whoRefusesConnectionsIsEjectedAndNobodyNotices() {
    assertThat(cast.served("refuses", 20)).containsExactly(Map.entry("refuses-0", 20));
    assertThat(cast.ejections("refuses")).isEqualTo(1);
  }

  @Test
  void whereSynsAreLostTheConnectTimeoutEndsTheWait() {
    long begun = System.nanoTime();
    Got got = cast.ask("lost");
    assertThat(got.status()).isEqualTo(503);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(190), Duration.ofSeconds(10));
    assertThat(cast.flagged("lost", "UF")).isEqualTo(1);
    assertThat(cast.ejections("lost")).isEqualTo(1);
    assertThat(cast.ask("lost").body()).isEqualTo("no healthy upstream");
  }

  /** A route's time may be shorter than that of a connection. */
  @Test
  void whoCannotBeReachedInTheTimeOfRequestsIsEjected() {
    assertThat(cast.ask("never").status()).isEqualTo(504);
    assertThat(cast.ejections("never")).isEqualTo(1);
  }

  /** Those that wait for their turn on our connections say nothing about an endpoint. */
  @Test
  void whoseRequestsWaitForOurOwnLimitIsNotEjected() throws Exception {
    Future<Got> held = cast.send("queue", "/hold");
    HttpServerRequest first = cast.untilHeld();
    assertThat(cast.send("queue", "/").await().status()).isEqualTo(504);
    assertThat(cast.send("queue", "/try").await().status()).isEqualTo(504);
    assertThat(cast.ejections("queue")).isZero();
    Misbehaving.letGo(first);
    assertThat(held.await().status()).isEqualTo(200);
    assertThat(cast.ask("queue").status()).isEqualTo(200);
  }

  /** With least request, whoever has something to do is not asked as long as others are free. */
  @Test
  void aSlowEndpointGetsLess() {
    cast.ill("busy-0", Misbehaving.SILENT);
    Future<Got> sent = cast.send("busy", "/");
    for (long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        cast.unanswered("busy-0") == 0 && System.nanoTime() < end; ) {
      sent = sent.isComplete() ? cast.send("busy", "/") : sent;
    }
    assertThat(cast.unanswered("busy-0")).isEqualTo(1);
    cast.well("busy-0");
    assertThat(cast.served("busy", 30)).containsExactly(Map.entry("busy-1", 30));
    assertThat(sent.isComplete()).isFalse();
  }

  /** Policies.md 5.11: 10 % of its share at first, all of it at the end. */
  @Test
  void aNewEndpointGetsItsShareBitByBit() throws IOException {
    assertThat(cast.served("warms", 10)).containsExactly(Map.entry("warms-0", 10));
    cast.deploy("warms", 1, cast.application("warms", 1));
    int asked = 0;
    while (!cast.served("warms", 1).containsKey("warms-1")) {
      assertThat(++asked).as("requests without the new endpoint").isLessThan(20_000);
    }
    int cold = cast.served("warms", 300).getOrDefault("warms-1", 0);
    cast.pass(Duration.ofSeconds(101));
    int warm = cast.served("warms", 300).getOrDefault("warms-1", 0);
    assertThat(cold).isBetween(1, 60);
    assertThat(warm).isBetween(149, 151);
  }
}
