// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.discovery.kube.KubeClients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ControllerLeaseTest {
  private final AtomicLong nanos = new AtomicLong();
  private HttpServer server;
  private KubernetesClient client;
  private ControllerLease lease;
  private int code = 404;
  private String spec = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/apis/coordination.k8s.io/v1/namespaces/system/leases/waypoint-controller", this::answer);
    server.start();
    client =
        KubeClients.open(
            new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build());
    lease = new ControllerLease(client, "system", nanos::get);
  }

  @AfterEach
  void end() {
    client.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body =
        code == 200
            ? "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":{\"name\":"
                  + "\"waypoint-controller\"},\"spec\":{"
                + spec
                + "}}"
            : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":" + code + "}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void renewed(String holder, int second) {
    code = 200;
    spec =
        "\"holderIdentity\":\"%s\",\"leaseDurationSeconds\":15,\"renewTime\":\"2026-01-01T00:00:%02d.000000Z\""
            .formatted(holder, second);
  }

  private boolean after(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    lease.look();
    return lease.isHeld();
  }

  @Test
  void aLeaseThatNobodyHasOrHoldsIsNotHeld() {
    assertThat(after(0)).isFalse();
    renewed("", 1);
    assertThat(after(1)).isFalse();
  }

  @Test
  void aLeaseIsHeldAsLongAsItIsRenewed() {
    renewed("one", 1);
    assertThat(lease.look()).isTrue();
    assertThat(lease.isHeld()).isTrue();
    assertThat(after(10)).isTrue();
    renewed("one", 2);
    assertThat(after(10)).isTrue();
    assertThat(after(14)).isTrue();
    assertThat(after(1)).as("silent for its whole duration").isFalse();
    renewed("two", 3);
    assertThat(after(1)).isTrue();
    renewed("", 4);
    assertThat(after(1)).as("given back").isFalse();
  }

  @Test
  void withoutAnAnswerTheLastOneHoldsForAsLongAsTheLeaseWould() {
    renewed("one", 1);
    assertThat(after(0)).isTrue();
    code = 500;
    assertThat(after(10)).isTrue();
    assertThat(after(5)).isFalse();
    code = 403;
    assertThat(after(1)).as("who may not look writes himself").isFalse();
  }
}
