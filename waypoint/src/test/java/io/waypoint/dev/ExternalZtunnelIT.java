// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.waypoint.Clocks;
import io.waypoint.dev.ztunnel.HttpFront;
import io.waypoint.dev.ztunnel.LoopbackZtunnel;
import io.waypoint.discovery.wds.WdsDiscovery;
import io.waypoint.discovery.wds.WdsSettings;
import io.waypoint.hbone.HboneClocks;
import io.waypoint.identity.Scheduler;
import io.waypoint.identity.istiod.IstiodCertificates;
import io.waypoint.identity.istiod.IstiodSettings;
import io.waypoint.identity.istiod.Until;
import io.waypoint.pod.WdsDirectory;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.world.GatewayName;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A ztunnel that has nothing but the root's file and the control plane's port. */
@Timeout(60)
class ExternalZtunnelIT {
  private static final TrustDomain DOMAIN = new TrustDomain("cluster.local");
  private static final SpiffeId SLEEP = new SpiffeId(DOMAIN, "default", "sleep");

  @TempDir private Path folder;

  @Test
  void whoeverIsToldAndCertifiedHereReachesServicesThroughTheWaypoint() throws Exception {
    var external = new ExternalZtunnel(folder, 0);
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    Vertx vertx = Vertx.vertx();
    try (DevMesh mesh =
        DevMesh.start(
            DevSettings.quiet(List.of(Path.of("../examples/bookinfo"))).withExternal(external),
            Clocks.system())) {
      try (IstiodCertificates certificates =
              IstiodCertificates.start(
                  istiod(mesh.controlPlanePort()),
                  SLEEP,
                  () -> Set.of(DOMAIN),
                  new IstiodCertificates.Surroundings(
                      vertx, InstantSource.system(), Scheduler.on(executor), new SecureRandom()));
          WdsDiscovery told = told(vertx, certificates);
          LoopbackZtunnel ztunnel =
              LoopbackZtunnel.create(
                  new HboneClocks(Clocks.system().wall(), Clocks.system().nanos()),
                  id -> id.equals(SLEEP) ? certificates.current() : null)) {
        Until.holds(
            () -> certificates.current() != null && told.census() != null,
            () -> certificates.problem() + " " + told.notes());
        ztunnel.listen(
            new InetSocketAddress("127.0.0.1", 0),
            new WdsDirectory(told),
            () -> DOMAIN,
            new InetSocketAddress("127.0.0.1", 9),
            reason -> {});

        assertThat(status(vertx, ztunnel, HttpMethod.GET)).isEqualTo(200);
        assertThat(status(vertx, ztunnel, HttpMethod.DELETE)).isEqualTo(403);
        assertThat(external.commands(mesh.world(), mesh.controlPlanePort()))
            .last()
            .asString()
            .contains("PROXY_WORKLOAD_INFO=default/sleep/sleep")
            .contains("XDS_ADDRESS=https://localhost:" + mesh.controlPlanePort());
      }
    } finally {
      executor.shutdownNow();
      vertx.close().await();
    }
  }

  private IstiodSettings istiod(int port) throws Exception {
    Path secrets = folder.resolve("var/run/secrets/istio");
    Files.writeString(secrets.resolve("istio-token"), "nobody-asks-for-it\n");
    return new IstiodSettings(
        "127.0.0.1",
        port,
        "localhost",
        secrets.resolve("root-cert.pem"),
        secrets.resolve("ca-crl.pem"),
        secrets.resolve("istio-token"),
        "Kubernetes",
        Duration.ofDays(1));
  }

  private static WdsDiscovery told(Vertx vertx, IstiodCertificates certificates) {
    return WdsDiscovery.start(
        certificates.istiod(),
        new WdsSettings(
            new GatewayName("default", "ztunnel"),
            "ztunnel",
            new WdsSettings.Pod("sleep", "default", "sleep", "127.0.0.1", "", "cluster.local"),
            "",
            true),
        new WdsDiscovery.Surroundings(vertx, InstantSource.system(), new SplittableRandom(1)));
  }

  private static int status(Vertx vertx, LoopbackZtunnel ztunnel, HttpMethod method) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost("productpage")
            .setPort(9080)
            .setURI("/productpage")
            .setProxyOptions(
                HttpFront.socks("127.0.0.1", ztunnel.outbound().getPort(), "sleep.default"));
    return vertx
        .createHttpClient()
        .request(options)
        .compose(request -> request.send())
        .map(HttpClientResponse::statusCode)
        .await();
  }
}
