// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerResponse;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Pem;
import io.waypoint.identity.Scheduler;
import io.waypoint.identity.ServerKey;
import io.waypoint.identity.istiod.Istiod;
import io.waypoint.identity.istiod.IstiodSettings;
import io.waypoint.identity.istiod.TrustFiles;
import io.waypoint.identity.istiod.Until;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.wire.discovery.DeltaDiscoveryRequest;
import io.waypoint.wire.discovery.DeltaDiscoveryResponse;
import io.waypoint.wire.workload.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane that tells what cannot be taken, which the real ones cannot be made to do. */
class NegativeAnswerTest {
  private static final String SHOP = "default/shop.default.svc.cluster.local";
  private static final ServiceMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DELTA =
      ServiceMethod.server(
          ServiceName.create("envoy.service.discovery.v3.AggregatedDiscoveryService"),
          "DeltaAggregatedResources",
          GrpcMessageEncoder.encoder(),
          GrpcMessageDecoder.decoder(DeltaDiscoveryRequest.getDefaultInstance()));

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<DeltaDiscoveryRequest> heard = new CopyOnWriteArrayList<>();
  private final List<GrpcServerResponse<DeltaDiscoveryRequest, DeltaDiscoveryResponse>> calls =
      new CopyOnWriteArrayList<>();
  private HttpServer server;
  private WdsDiscovery client;

  @BeforeEach
  void listen() throws IOException {
    DevCa ca =
        DevCa.create(
            new TrustDomain("cluster.local"),
            DevCa.DAY,
            InstantSource.system(),
            new SecureRandom());
    ServerKey key = ca.server(List.of("istiod.istio-system.svc"));
    GrpcServer grpc = GrpcServer.server(vertx);
    grpc.callHandler(
        DELTA,
        call -> {
          calls.add(call.response());
          call.handler(heard::add);
        });
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addKeyValue(
                                io.vertx.core.buffer.Buffer.buffer(Pem.write(List.of(key.key()))))
                            .addCertValue(
                                io.vertx.core.buffer.Buffer.buffer(Pem.write(key.chain())))))
            .requestHandler(grpc)
            .listen(0, "127.0.0.1")
            .await();
    Files.writeString(folder.resolve("root-cert.pem"), ca.rootPem());
    Files.writeString(folder.resolve("istio-token"), "token\n");
    IstiodSettings settings =
        IstiodSettings.DEFAULTS.at("127.0.0.1", server.actualPort()).with(folder);
    Scheduler never = (delay, task) -> () -> {};
    Istiod istiod =
        new Istiod(
            vertx, settings, TrustFiles.open(settings, never), () -> null, InstantSource.system());
    client =
        WdsDiscovery.start(
            istiod,
            Wire.SETTINGS,
            new WdsDiscovery.Surroundings(vertx, InstantSource.system(), new SplittableRandom(1)));
  }

  @AfterEach
  void end() {
    client.close();
    vertx.close().await();
  }

  private DeltaDiscoveryRequest heard(int number) {
    Until.holds(() -> heard.size() >= number, () -> heard + " " + client.notes());
    return heard.get(number - 1);
  }

  private void tell(DeltaDiscoveryResponse answer) {
    calls.getLast().write(answer);
  }

  @Test
  void whatIsNotTakenIsSaidAndTheStreamGoesOn() {
    DeltaDiscoveryRequest first = heard(1);
    assertThat(first.getNode().getId())
        .isEqualTo("waypoint~10.244.0.2~waypoint-1.default~default.svc.cluster.local");
    assertThat(first.getResourceNamesSubscribeList()).containsExactly("*");
    assertThat(first.getInitialResourceVersionsMap()).isEmpty();

    tell(
        Wire.answer(
            Wire.service(
                "shop", "1", shop -> shop.addPorts(Port.newBuilder().setServicePort(70_000))),
            Wire.service("till", "1", UnaryOperator.identity())));
    DeltaDiscoveryRequest refusal = heard(2);
    assertThat(refusal.getErrorDetail().getCode()).isEqualTo(3);
    assertThat(refusal.getErrorDetail().getMessage()).isEqualTo(SHOP + ": there is no port 70000");
    assertThat(refusal.getResponseNonce()).isEqualTo("n");
    assertThat(refusal.getResourceNamesSubscribeList()).isEmpty();
    assertThat(client.problems()).containsExactly("istiod: " + SHOP + ": there is no port 70000");
    assertThat(Objects.requireNonNull(client.census()).services()).hasSize(1);

    tell(Wire.answer(Wire.service("shop", "2", UnaryOperator.identity())));
    assertThat(heard(3).hasErrorDetail()).isFalse();
    assertThat(client.problems()).isEmpty();
  }

  @Test
  void whatWasNotTakenIsNotCountedAsKnownOnTheNextStream() {
    heard(1);
    tell(
        Wire.answer(
            Wire.service(
                "shop", "1", shop -> shop.addPorts(Port.newBuilder().setServicePort(70_000))),
            Wire.service("till", "7", UnaryOperator.identity())));
    heard(2);
    calls.getLast().status(GrpcStatus.OK).end();

    DeltaDiscoveryRequest again = heard(3);
    assertThat(again.getNode().getId()).isNotEmpty();
    assertThat(again.getInitialResourceVersionsMap())
        .containsOnlyKeys("default/till.default.svc.cluster.local")
        .containsValue("7");
  }

  @Test
  void aTypeThatNobodyAskedForEndsTheStreamAndTheNextOneIsUsed() {
    heard(1);
    tell(DeltaDiscoveryResponse.newBuilder().setTypeUrl("type/other").build());
    heard(2);
    tell(Wire.answer(Wire.service("till", "7", UnaryOperator.identity())));
    heard(3);
    assertThat(Objects.requireNonNull(client.census()).services()).hasSize(1);
    assertThat(client.lostSince()).isNull();
  }
}
