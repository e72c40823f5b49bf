// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.waypoint.telemetry.Logging;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import io.waypoint.world.WorldHolder;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

@Timeout(30)
class AdminServersTest {
  private static final AdminSettings FREE_PORTS =
      new AdminSettings("127.0.0.1", 0, "127.0.0.1", 0, 0);

  private final Vertx vertx = Vertx.vertx();
  private final WorldHolder world = new WorldHolder();
  private final FakeCertificates certificates = new FakeCertificates();
  private final Readiness readiness = Readiness.of(world, certificates);
  private final AtomicLong nanos = new AtomicLong();
  private final Liveness liveness = new Liveness(nanos::get);
  private final AtomicInteger drains = new AtomicInteger();
  private final Telemetry telemetry =
      new Telemetry(
          TelemetrySettings.of("1.2.3"), () -> 0, InstantSource.fixed(Instant.EPOCH), null);
  private final ConfigDump dump =
      new ConfigDump("1.2.3", world, certificates, () -> List.of("a.yaml:3:7 error no such field"));
  private AdminServers servers = started();

  private AdminServers started() {
    return await(start(FREE_PORTS));
  }

  private Future<AdminServers> start(AdminSettings settings) {
    return AdminServers.start(
        vertx,
        settings,
        telemetry,
        new AdminServers.Health(readiness, liveness),
        dump,
        drains::incrementAndGet);
  }

  private static <T> T await(Future<T> future) {
    return future.await();
  }

  @BeforeEach
  void levels() {
    Logging.setAll(Level.WARN);
  }

  @AfterEach
  void stop() {
    await(servers.close());
    await(vertx.close());
    Logging.setAll(Level.WARN);
  }

  @Test
  void readinessFollowsWhatIsThere() throws Exception {
    int port = servers.readinessPort();
    assertThat(RawHttp.get(port, "/healthz/ready").status()).isEqualTo(503);
    assertThat(RawHttp.get(port, "/healthz/ready").body())
        .isEqualTo(
            """
            configuration: nothing loaded yet
            certificate: none yet
            trust bundle: no root yet
            """);

    world.publish(Worlds.of(1));
    certificates.set(FakeCertificates.material());
    assertThat(RawHttp.get(port, "/healthz/ready").status()).isEqualTo(200);
    assertThat(RawHttp.get(port, "/").status()).isEqualTo(404);

    assertThat(RawHttp.post(servers.adminPort(), "/drain").status()).isEqualTo(200);
    assertThat(RawHttp.post(servers.adminPort(), "/drain").status()).isEqualTo(200);
    assertThat(drains).hasValue(1);
    assertThat(RawHttp.get(port, "/healthz/ready").body()).isEqualTo("draining\n");
  }

  @Test
  void livenessNamesTheLoopThatHangs() throws Exception {
    int port = servers.readinessPort();
    Liveness.Pulse first = liveness.watch("loop-0");
    liveness.watch("loop-1");

    nanos.addAndGet(Duration.ofSeconds(9).toNanos());
    first.beat();
    assertThat(RawHttp.get(port, "/healthz/live").status()).isEqualTo(200);
    assertThat(liveness.answers()).isFalse();

    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(RawHttp.get(port, "/healthz/live").status()).isEqualTo(503);
    assertThat(RawHttp.get(port, "/healthz/live").body())
        .isEqualTo("loop-1: no sign of life for 11 s\n");
  }

  @Test
  void probesComeWithAnyHost() throws Exception {
    RawHttp.Answer answer =
        RawHttp.send(
            servers.readinessPort(), "GET /healthz/ready HTTP/1.1", "Host: 10.0.0.3:15021");

    assertThat(answer.status()).isEqualTo(503);
  }

  @Test
  void metricsAreWherePrometheusLooks() throws Exception {
    for (String path : List.of("/stats/prometheus", "/metrics")) {
      RawHttp.Answer answer = RawHttp.get(servers.metricsPort(), path);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.head()).contains("content-type: text/plain; version=0.0.4");
      assertThat(answer.body()).contains("istio_build{component=\"proxy\",tag=\"1.2.3\"} 1\n");
    }
    assertThat(RawHttp.get(servers.metricsPort(), "/config_dump").status()).isEqualTo(404);
    assertThat(RawHttp.post(servers.metricsPort(), "/metrics").status()).isEqualTo(405);
  }

  @Test
  void theIndexListsWhatIsThere() throws Exception {
    RawHttp.Answer index = RawHttp.get(servers.adminPort(), "/");

    assertThat(index.status()).isEqualTo(200);
    for (String line : index.body().lines().filter(l -> l.startsWith("GET")).toList()) {
      String path = line.substring(5).split(" ")[0];
      assertThat(RawHttp.get(servers.adminPort(), path).status()).as(path).isEqualTo(200);
    }
    assertThat(RawHttp.get(servers.adminPort(), "/nothing").status()).isEqualTo(404);
  }

  @Test
  void figuresCanBeFiltered() throws Exception {
    String body = RawHttp.get(servers.adminPort(), "/stats?filter=refusals").body();

    assertThat(body).contains("waypoint_refusals_total{reason=\"peer_expired\"}: 0.0\n");
    assertThat(body.lines()).allMatch(line -> line.startsWith("waypoint_refusals_total"));
  }

  @Test
  void problemsAreLines() throws Exception {
    assertThat(RawHttp.get(servers.adminPort(), "/problems").body())
        .isEqualTo("a.yaml:3:7 error no such field\n");
  }

  @Test
  void levelsChangeInBothSpellings() throws Exception {
    int port = servers.adminPort();

    assertThat(RawHttp.post(port, "/logging?level=debug").body()).isEqualTo("root: debug\n");
    RawHttp.post(port, "/logging?level=io.waypoint.a:trace,warning");
    RawHttp.post(port, "/logging?io.waypoint.b=error");
    assertThat(RawHttp.get(port, "/logging").body())
        .contains("root: warn\n", "io.waypoint.b: error\n");

    RawHttp.Answer wrong = RawHttp.post(port, "/logging?io.waypoint.b=info&level=loud");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(RawHttp.get(port, "/logging").body()).contains("io.waypoint.b: error\n");
    assertThat(RawHttp.post(port, "/logging").status()).isEqualTo(400);
    assertThat(RawHttp.post(port, "/logging?%0aforged=info").status()).isEqualTo(400);
  }

  @Test
  void aTakenPortIsAFailureThatLeavesNothingListening() {
    AdminSettings taken = FREE_PORTS.withPorts(0, 0, servers.readinessPort());

    assertThatThrownBy(() -> await(start(taken))).isInstanceOf(BindException.class);
  }

  @Test
  void theAdminPortIsOnLoopbackOnly() {
    assertThatThrownBy(() -> new AdminSettings("0.0.0.0", 15000, "0.0.0.0", 15020, 15021))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(AdminSettings.DEFAULTS)
        .isEqualTo(new AdminSettings("127.0.0.1", 15000, "0.0.0.0", 15020, 15021));
  }

  @Test
  void theDumpIsWholeWhateverItsSizeAndHoldsNoKey() throws Exception {
    var material = FakeCertificates.material();
    world.publish(Worlds.of(2_000));
    certificates.set(material);

    String body = RawHttp.get(servers.adminPort(), "/config_dump").body();
    String certs = RawHttp.get(servers.adminPort(), "/certs").body();

    assertThat(body.length()).isGreaterThan(1_000_000);
    var json = new JsonObject(body);
    assertThat(json.getInteger("generation")).isEqualTo(7);
    assertThat(json.getJsonArray("services")).hasSize(2_000);
    assertThat(json.getJsonArray("destinations")).hasSize(2_000);
    assertThat(json.getJsonArray("problems")).hasSize(1);
    String key = Base64.getEncoder().encodeToString(material.key().getEncoded());
    for (String text : List.of(body, certs)) {
      assertThat(text).doesNotContain(key.substring(20, 60)).doesNotContain("PRIVATE");
    }
    assertThat(new JsonObject(certs).getString("identity"))
        .isEqualTo("spiffe://cluster.local/ns/default/sa/waypoint");
  }
}
