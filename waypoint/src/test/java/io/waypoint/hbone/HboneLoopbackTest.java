// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.RequestOptions;
import io.waypoint.refusal.Refusal;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The claims of the design's Vert.x notes, proved through real tunnels. */
final class HboneLoopbackTest {
  private HboneRig rig = new HboneRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void anHttpServerListensOnTunnelsAndAnHttpClientDialsThroughThem() {
    rig.serveHttp(
        new HttpServerOptions(),
        request ->
            request
                .response()
                .end(
                    request.method()
                        + " "
                        + request.remoteAddress()
                        + " -> "
                        + request.localAddress()));
    rig.listen((connect, answer) -> answer.accept(ConnectAnswer.HTTP));

    HttpClientConnection connection = rig.connect(rig.http, "10.96.0.1:9080");
    Buffer body =
        await(
            connection
                .request(new RequestOptions().setURI("/"))
                .compose(r -> r.send())
                .compose(r -> r.body()));

    assertThat(body.toString())
        .startsWith("GET spiffe://cluster.local/ns/default/sa/sleep@127.0.0.1:")
        .endsWith("-> 10.96.0.1:9080");
  }

  @Test
  void http2WithPriorKnowledgeWorksInside() {
    rig.serveHttp(
        new HttpServerOptions().setHttp2ClearTextEnabled(true),
        request -> request.response().end(request.version().name()));
    rig.listen((connect, answer) -> answer.accept(ConnectAnswer.HTTP));

    HttpClientConnection connection = rig.connect(rig.http2, "10.96.0.1:9080");
    Buffer body =
        await(
            connection
                .request(new RequestOptions().setURI("/").setMethod(HttpMethod.POST))
                .compose(r -> r.send("x".repeat(300_000)))
                .compose(r -> r.body()));

    assertThat(body.toString()).isEqualTo("HTTP_2");
  }

  @Test
  void aTunnelIsServedOnTheLoopOfItsConnectionWithoutAHop() {
    rig.close();
    rig = new HboneRig(HboneSettings.DEFAULT, 4);
    AtomicReference<Thread> asked = new AtomicReference<>();
    AtomicReference<Thread> served = new AtomicReference<>();
    rig.serveHttp(
        new HttpServerOptions(),
        request -> {
          served.set(Thread.currentThread());
          request.response().end();
        });
    rig.listen((connect, answer) -> {
      asked.set(Thread.currentThread());
      answer.accept(ConnectAnswer.HTTP);
    });

    for (int i = 0; i < 8; i++) {
      HttpClientConnection connection = rig.connect(rig.http, "10.96.0.1:9080");
      await(
          connection
              .request(new RequestOptions().setURI("/"))
              .compose(r -> r.send())
              .compose(r -> r.end()));
      assertThat(served.get()).isSameAs(asked.get());
    }
  }

  @Test
  void aHotConnectionsTunnelsMayBeServedOnOtherLoops() {
    rig.close();
    rig = new HboneRig(HboneSettings.DEFAULT, 4);
    AtomicReference<Thread> asked = new AtomicReference<>();
    rig.serveHttp(
        new HttpServerOptions(),
        request ->
            request
                .body()
                .onSuccess(body -> {
                  assertThat(Thread.currentThread()).isNotSameAs(asked.get());
                  request.response().end(body);
                }));
    rig.listen(
        (connect, answer) -> {
          asked.set(Thread.currentThread());
          answer.accept(ConnectAnswer.HTTP);
        },
        here -> {
          for (var loop : rig.serverTransport.loops()) {
            if (!loop.equals(here)) {
              return (io.netty.channel.EventLoop) loop;
            }
          }
          return here;
        });

    String body = "0123456789".repeat(300_000);
    HttpClientConnection connection = rig.connect(rig.http, "10.96.0.1:9080");
    Buffer echoed =
        await(
            connection
                .request(new RequestOptions().setURI("/").setMethod(HttpMethod.POST))
                .compose(r -> r.send(body))
                .compose(r -> r.body()));

    assertThat(echoed.toString()).isEqualTo(body);
  }

  @Test
  void aRefusedConnectFailsTheDialAndNamesTheReason() {
    rig.listen(
        (connect, answer) -> answer.accept(new ConnectAnswer.Refuse(404, Refusal.CONNECT_UNKNOWN)));

    assertThatThrownBy(() -> rig.connect(rig.http, "10.96.0.1:9080"))
        .hasMessageContaining("answered 404");
    assertThat(rig.serverLog.refusals).containsExactly(Refusal.CONNECT_UNKNOWN);
  }

  @Test
  void anotherIdentityThanTheExpectedOneIsRefused() {
    rig.listen((connect, answer) -> answer.accept(ConnectAnswer.HTTP));
    WorkloadAddress other =
        new WorkloadAddress(
            rig.address(),
            "spiffe://cluster.local/ns/default/sa/other",
            "10.96.0.1:9080",
            WorkloadAddress.OWN);

    assertThatThrownBy(() ->
            await(
                rig.http.connect(
                    new HttpConnectOptions().setServer(other).setHost("x").setPort(1))))
        .hasMessageContaining(Refusal.PEER_UNEXPECTED_IDENTITY.message());
    assertThat(rig.clientLog.refusals).contains(Refusal.PEER_UNEXPECTED_IDENTITY);
  }
}
