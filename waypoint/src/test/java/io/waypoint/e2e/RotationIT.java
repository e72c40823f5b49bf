// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.http.HttpClientConnection;
import io.waypoint.Clocks;
import io.waypoint.Waypoint;
import io.waypoint.config.Problem;
import io.waypoint.config.WaypointSettings;
import io.waypoint.dev.DevSettings;
import io.waypoint.dev.ztunnel.Hop;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.discovery.file.FileDiscovery;
import io.waypoint.discovery.translate.LocalTable.LocalProcess;
import io.waypoint.discovery.translate.LocalTable.LocalWorkload;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.hbone.HboneSettings;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everybody's certificates change once a second while requests flow over tunnels that are older
 * than every certificate, and over new ones. The connections of tunnels come of age early, so that
 * there are always new handshakes.
 */
@Timeout(120)
class RotationIT {
  private static final int ROTATIONS = 30;

  /** So short that certificates expire under the feet of old connections. */
  private static final Duration LIFETIME = Duration.ofSeconds(12);

  private static final Duration CONNECTION_AGE = Duration.ofSeconds(2);
  private static final SpiffeId WEB = new SpiffeId(Node.DOMAIN, "default", "web");
  private static final SpiffeId WITNESS = new SpiffeId(Node.DOMAIN, "default", "witness");
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir private Path folder;
  private final Rotation rotation = new Rotation(LIFETIME);
  private final Node node =
      new Node(rotation, HboneSettings.DEFAULT.withMaxConnectionAge(CONNECTION_AGE));
  private final WorldHolder worlds = new WorldHolder();
  private final Load load = new Load();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, Set<Integer>> seen = new TreeMap<>();
  private Witness witness;
  private FileDiscovery discovery;
  private Waypoint waypoint;
  private InetSocketAddress inbound;

  @BeforeEach
  void start() throws IOException {
    witness = new Witness(() -> rotation.of(WITNESS));
    Manifests.mesh(folder);
    Manifests.service(folder, "web", "http", node.serve(request -> request.response().end("ok")));
    Manifests.service(folder, "witness", "http", 9);
    discovery =
        new FileDiscovery(
            List.of(folder),
            new Translator(Scope.ONLY_GATEWAY, this::find),
            worlds,
            new Silent(),
            FileDiscovery.Pace.DEFAULT);
    assertThat(discovery.start()).isTrue();
    waypoint = Waypoint.start(settings(), surroundings(), Clocks.system()).await();
    node.listen((caller, host, port) -> hop(host, port));
  }

  @AfterEach
  void close() throws IOException {
    timer.shutdownNow();
    node.close();
    waypoint.close().await();
    rotation.waypoint().close();
    discovery.close();
    witness.close();
  }

  private LocalProcess find(LocalWorkload workload) {
    if (workload.name().equals("witness")) {
      return new LocalProcess(Objects.requireNonNull(workload.annotated()), witness.address());
    }
    LocalProcess process = node.expose(workload);
    inbound = process.hbone();
    return process;
  }

  /** The witness itself is met without the waypoint, and behind it as a service. */
  private Hop hop(String host, int port) {
    if (host.equals("direct")) {
      return new Hop.Tunnel(witness.address(), WITNESS.uri(), "127.0.0.1:9");
    }
    World world = Objects.requireNonNull(worlds.current());
    String vip = world.service(host, "default").addresses().getFirst();
    return new Hop.Tunnel(waypoint.address(), Node.WAYPOINT.uri(), vip + ":" + port);
  }

  private static WaypointSettings settings() {
    return Patience.of(DevSettings.quiet(List.of()).waypoint(), CONNECTION_AGE);
  }

  private Waypoint.Surroundings surroundings() {
    Telemetry telemetry =
        new Telemetry(TelemetrySettings.of("test"), Node.CLOCKS.nanos(), Node.CLOCKS.wall(), null);
    return new Waypoint.Surroundings(
        worlds,
        rotation.waypoint(),
        telemetry,
        List::of,
        LOOPBACK,
        LOOPBACK.getHostAddress(),
        LOOPBACK,
        "test",
        () -> {});
  }

  @Test
  void noRequestFailsWhileCertificatesChange() throws Exception {
    H2cCaller h2c = new H2cCaller(node.vertx(), node.outbound(), Stage.CALLER);
    load.addOnce(this::overOneTunnel);
    load.addOnce(this::overOneTunnel);
    load.addOnce(() -> overOneTunnel(h2c));
    load.add(this::overNewTunnel);
    load.add(() -> overNewTunnel(h2c));
    timer.scheduleAtFixedRate(rotation::rotate, 0, 1, TimeUnit.SECONDS);
    while (rotation.count() < ROTATIONS) {
      sees(Node.WAYPOINT, "server", () -> witness.server(waypoint.address()));
      sees(WEB, "server", () -> witness.server(inbound));
      sees(Node.WAYPOINT, "client", () -> atTheWitness("witness"));
      sees(Node.SLEEP, "client", () -> atTheWitness("direct"));
      Thread.sleep(200);
    }
    load.stop();

    System.out.printf(
        "%d rotations, %d requests, %d tunnels, certificates seen: %s%n",
        rotation.count(), load.requests(), load.tunnels(), seen);
    assertThat(load.failures()).isEmpty();
    assertThat(load.requests()).isGreaterThan(200);
    assertThat(load.tunnels()).isGreaterThan(20);
    assertThat(seen)
        .hasSize(4)
        .allSatisfy((role, serials) -> assertThat(serials).hasSizeGreaterThan(5));
  }

  private interface Look {
    BigInteger at() throws Exception;
  }

  /** A handshake that begins now shows what is current now, or what comes while it lasts. */
  private void sees(SpiffeId id, String side, Look look) throws Exception {
    int atLeast = rotation.generation(id);
    int shown = rotation.generation(id, look.at());
    assertThat(shown).isGreaterThanOrEqualTo(atLeast);
    seen.computeIfAbsent(id.serviceAccount() + " as " + side, key -> new TreeSet<>()).add(shown);
  }

  /** Has the client behind {@code host} dial the witness, which hangs up on it. */
  private BigInteger atTheWitness(String host) throws InterruptedException {
    Throwable refused =
        catchThrowable(() -> {
          try (SocksSocket socket = connect(host)) {
            assertThat(socket.get(host, "/")).startsWith("HTTP/1.1 503 ");
          }
        });
    assertThat(refused == null || refused instanceof IOException).isTrue();
    return witness.client();
  }

  private SocksSocket connect(String host) throws IOException {
    return new SocksSocket(node.outbound(), Stage.CALLER, host, 80);
  }

  private void overOneTunnel() throws Exception {
    try (SocksSocket socket = connect("web")) {
      load.tunnelOpened();
      while (load.isOn()) {
        ask(socket);
        Thread.sleep(2);
      }
    }
  }

  private void overNewTunnel() throws Exception {
    try (SocksSocket socket = connect("web")) {
      load.tunnelOpened();
      for (int i = 0; i < 3; i++) {
        ask(socket);
      }
    }
    Thread.sleep(10);
  }

  private void ask(SocksSocket socket) throws IOException {
    assertThat(socket.get("web", "/")).startsWith("HTTP/1.1 200 ");
    load.answered();
  }

  private void overOneTunnel(H2cCaller caller) throws Exception {
    HttpClientConnection connection = caller.connect("web");
    load.tunnelOpened();
    while (load.isOn()) {
      ask(connection);
      Thread.sleep(2);
    }
    connection.close().await();
  }

  private void overNewTunnel(H2cCaller caller) throws Exception {
    HttpClientConnection connection = caller.connect("web");
    load.tunnelOpened();
    for (int i = 0; i < 3; i++) {
      ask(connection);
    }
    connection.close().await();
    Thread.sleep(10);
  }

  private void ask(HttpClientConnection connection) {
    assertThat(H2cCaller.get(connection, "web", "/").await()).isEqualTo(200);
    load.answered();
  }

  private static final class Silent implements DiscoveryReport {
    @Override
    public void published(World world, List<String> changes, List<Problem> problems) {}

    @Override
    public void rejected(List<Problem> problems) {
      throw new AssertionError(problems.toString());
    }
  }
}
