// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpServerRequest;
import io.waypoint.dev.ztunnel.Hop;
import io.waypoint.hbone.HboneSettings;
import io.waypoint.identity.DevCa;
import io.waypoint.rbac.identity.SpiffeId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code waypoint run} as a process of its own is told to end while it works. Callers and workloads
 * are the test's, with a ztunnel on either side of it.
 */
@Timeout(120)
class DrainIT {
  private static final String VIP = "10.96.0.10";
  private static final SpiffeId WEB = new SpiffeId(Node.DOMAIN, "default", "web");
  private static final int HBONE = 15008;
  private static final int TERMINATED_TWICE = 130;
  private static final Duration DELAY = Duration.ofMillis(500);
  private static final Duration GRACE = Duration.ofSeconds(40);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "DRAIN_DELAY", DELAY.toMillis() + "ms",
          "DRAIN_GO_AWAY", "4s",
          "DRAIN_GRACE", GRACE.toSeconds() + "s",
          "TIMEOUTS_TUNNEL", "30s",
          "TIMEOUTS_CONNECT", "30s");

  @TempDir private Path files;
  @TempDir private Path certificates;
  private final DevCa ca =
      DevCa.create(Node.DOMAIN, DevCa.DAY, InstantSource.system(), new SecureRandom());
  private final Node node = new Node(ca::issue, HboneSettings.DEFAULT);
  private final CompletableFuture<Void> slowArrived = new CompletableFuture<>();
  private InetSocketAddress address;
  private WaypointProcess waypoint;

  @BeforeEach
  void start() throws Exception {
    String pod = podAddress();
    InetSocketAddress app = new InetSocketAddress(pod, node.serve(pod, this::application));
    node.expose("default/web-1", WEB, app, new InetSocketAddress(pod, HBONE));
    Manifests.mesh(files);
    Manifests.pod(files, "web", VIP, app);
    Identity.write(certificates, ca.issue(Node.WAYPOINT), ca);
    waypoint = new WaypointProcess(files, certificates, SETTINGS);
    address = waypoint.address();
    node.listen(
        (caller, host, port) -> new Hop.Tunnel(address, Node.WAYPOINT.uri(), VIP + ":" + port));
  }

  @AfterEach
  void close() {
    waypoint.close();
    node.close();
  }

  /** A pod's ztunnel is at the pod's address and always the same port; so each has its own. */
  private static String podAddress() {
    long process = ProcessHandle.current().pid();
    return "127.200." + (process >> 8 & 0xff) + "." + (process & 0xff);
  }

  private void application(HttpServerRequest request) {
    String millis = request.getParam("millis");
    if (millis == null) {
      request.response().end("fast");
    } else {
      slowArrived.complete(null);
      node.vertx().setTimer(Long.parseLong(millis), id -> request.response().end("slow"));
    }
  }

  private SocksSocket connect() throws IOException {
    return new SocksSocket(node.outbound(), Stage.CALLER, "web", 80);
  }

  private Duration untilItEnds(long since) throws InterruptedException {
    assertThat(waypoint.exit()).as(waypoint.said()).isZero();
    return Duration.ofNanos(System.nanoTime() - since);
  }

  @Test
  void everyRequestUnderWayIsAnswered() throws Exception {
    Crowd crowd = new Crowd(node);
    for (int i = 0; i < 4; i++) {
      crowd.http1("/");
      crowd.http1("/?millis=" + (200 + 100 * i));
      crowd.passerBy("/");
      crowd.http2("/", "/?millis=" + (250 + 50 * i), "/?millis=500");
    }
    crowd.warmUp(300);

    crowd.signal();
    long since = System.nanoTime();
    waypoint.terminate();

    Load load = crowd.gone();
    Duration took = untilItEnds(since);
    System.out.println(crowd + "; ended after " + took);
    assertThat(load.failures()).isEmpty();
    assertThat(crowd.underWayAtTheSignal()).isPositive();
    assertThat(crowd.answeredAfterwards()).isGreaterThan(crowd.underWayAtTheSignal());
    assertThat(crowd.told()).isGreaterThanOrEqualTo(12);
    assertThat(took).isLessThan(DELAY.plus(GRACE));
    assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void callersWhoPauseAreToldBeforeItEnds() throws Exception {
    Crowd crowd = new Crowd(node);
    for (int i = 0; i < 8; i++) {
      crowd.http1("/", Duration.ofMillis(100 + 50 * i));
    }
    crowd.warmUp(50);

    crowd.signal();
    waypoint.terminate();

    Load load = crowd.gone();
    System.out.println(crowd);
    assertThat(load.failures()).isEmpty();
    assertThat(crowd.told()).isGreaterThanOrEqualTo(8);
    assertThat(waypoint.exit()).as(waypoint.said()).isZero();
  }

  @Test
  void idleTunnelsDoNotKeepItAlive() throws Exception {
    try (SocksSocket silent = connect();
        SocksSocket idle = connect()) {
      assertThat(idle.get("web", "/")).startsWith("HTTP/1.1 200 ");

      long since = System.nanoTime();
      waypoint.terminate();

      assertThat(untilItEnds(since)).isLessThan(GRACE.dividedBy(2));
      assertThat(silent.rest()).isEmpty();
      assertThat(idle.rest()).isEmpty();
    }
  }

  @Test
  void secondSignalEndsItAtOnce() throws Exception {
    try (SocksSocket socket = connect()) {
      socket.send("GET /?millis=60000 HTTP/1.1\r\nHost: web\r\n\r\n");
      slowArrived.get(30, TimeUnit.SECONDS);
      waypoint.terminate();
      waypoint.hasSaid("draining");
      assertThat(waypoint.isRunning()).isTrue();

      waypoint.terminate();

      assertThat(waypoint.exit()).isEqualTo(TERMINATED_TWICE);
    }
  }
}
