// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Headers;
import io.waypoint.refusal.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may ask for a tunnel and how it is answered, frame by frame. */
final class ConnectRulesTest {
  private final HboneRig rig =
      new HboneRig(HboneSettings.DEFAULT.withAnswerTimeout(Duration.ofMillis(300)), 1);
  private final List<Connect> asked = new CopyOnWriteArrayList<>();
  private RawPeer peer = start();

  private RawPeer start() {
    rig.serveRaw(socket -> socket.handler(socket::write));
    rig.listen((connect, answer) -> {
      asked.add(connect);
      decide(connect, answer);
    });
    return rig.peer();
  }

  private static void decide(Connect connect, Consumer<ConnectAnswer> answer) {
    switch (connect.target().authorityHost()) {
      case "silent" -> {}
      case "broken" -> throw new IllegalStateException("on purpose");
      case "denied" -> answer.accept(new ConnectAnswer.Refuse(401, Refusal.CONNECT_DENIED));
      case "twice" -> {
        answer.accept(ConnectAnswer.RAW);
        answer.accept(new ConnectAnswer.Refuse(503, Refusal.CONNECT_NOT_READY));
      }
      case "later" -> Thread.startVirtualThread(() -> answer.accept(ConnectAnswer.RAW));
      default -> answer.accept(ConnectAnswer.RAW);
    }
  }

  @BeforeEach
  void nothingAskedYet() {
    asked.clear();
  }

  @AfterEach
  void close() {
    peer.close();
    rig.close();
  }

  /** Refused, over in both directions, and nothing else on the connection is disturbed. */
  private void assertRefused(int stream, String status, Refusal reason) {
    RawFrame answer = peer.take(RawFrame.HEADERS, stream);
    assertThat(answer.headers().status()).hasToString(status);
    assertThat(answer.has(RawFrame.END_STREAM)).isTrue();
    assertThat(peer.take(RawFrame.RST_STREAM, stream).number(0)).isEqualTo(RawFrame.NO_ERROR);
    assertThat(rig.serverLog.refusals).containsExactly(reason);
    assertEcho();
  }

  private void assertEcho() {
    int stream = peer.open("10.96.0.1:9080");
    peer.data(stream, "still there");
    assertThat(peer.take(RawFrame.DATA, stream).text()).isEqualTo("still there");
  }

  @Test
  void the200HasNothingButItsStatusAndTheTunnelEchoes() {
    int stream = peer.ask("10.96.0.1:9080");
    RawFrame answer = peer.take(RawFrame.HEADERS, stream);
    Http2Headers headers = answer.headers();

    assertThat(headers.status()).hasToString("200");
    assertThat(headers.contains("content-length")).isFalse();
    assertThat(headers.size()).isEqualTo(1);
    assertThat(answer.has(RawFrame.END_STREAM)).isFalse();
    for (String text : List.of("one", "two", "three")) {
      peer.data(stream, text);
      assertThat(peer.take(RawFrame.DATA, stream).text()).isEqualTo(text);
    }
    assertThat(asked.getFirst().peer().identity()).isEqualTo(HboneRig.SLEEP);
  }

  @Test
  void bytesSentBeforeTheAnswerAreDelivered() {
    int stream = peer.ask("later:9080");
    peer.data(stream, "early");

    assertThat(peer.status(stream)).isEqualTo("200");
    assertThat(peer.take(RawFrame.DATA, stream).text()).isEqualTo("early");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "connect", "CONNECT-UDP", "PRI"})
  void otherMethodsAre400(String method) {
    int stream = peer.nextStream();
    peer.headers(
        stream, 0, ":method", method, ":scheme", "https", ":path", "/", ":authority", "a:1");

    assertRefused(stream, "400", Refusal.CONNECT_METHOD);
    assertThat(asked).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {":path", ":scheme", ":protocol"})
  void otherPseudoHeadersAre400(String name) {
    int stream = peer.nextStream();
    peer.headers(stream, 0, ":method", "CONNECT", ":authority", "10.96.0.1:80", name, "x");

    assertRefused(stream, "400", Refusal.CONNECT_PSEUDO_HEADERS);
  }

  @Test
  void noAuthorityIs400() {
    int stream = peer.nextStream();
    peer.headers(stream, 0, ":method", "CONNECT", "host", "10.96.0.1:80");

    assertRefused(stream, "400", Refusal.CONNECT_PSEUDO_HEADERS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.96.0.1", "10.96.0.1:0", "0x7f000001:80", "u@reviews:80"})
  void aMalformedAuthorityIs400(String authority) {
    assertRefused(peer.ask(authority), "400", Refusal.CONNECT_AUTHORITY);
  }

  @Test
  void whatIsNotHttpAtAllIsResetAndNeverAsked() {
    String[][] shapes = {
      {":method", "", ":authority", "a:1"},
      {":method", "CONNECT", ":authority", ""},
      {":method", "CONNECT", ":authority", "a:1", ":authority", "b:1"},
      {":method", "CONNECT", ":method", "GET", ":authority", "a:1"},
      {":method", "CONNECT", ":authority", "a:1", ":status", "200"},
      {":method", "CONNECT", ":authority", "a:1", ":invented", "x"},
      {":method", "CONNECT", "x", "y", ":authority", "a:1"},
      {":method", "CONNECT", ":authority", "a:1", "connection", "close"},
      {":method", "CONNECT", ":authority", "a:1", "transfer-encoding", "chunked"},
      {":method", "CONNECT", ":authority", "a:1", "Upper", "x"},
      {":method", "CONNECT", ":authority", "a:1", "x", "a\r\nb"},
      {":method", "CONNECT", ":authority", "a:1", "", "x"},
    };
    for (String[] shape : shapes) {
      int stream = peer.nextStream();
      peer.headers(stream, 0, shape);
      assertThat(peer.take(RawFrame.RST_STREAM, stream).number(0))
          .as(String.join(" ", shape))
          .isEqualTo(RawFrame.PROTOCOL_ERROR);
    }
    assertThat(asked).isEmpty();
    assertEcho();
  }

  @Test
  void moreThanAHundredFieldsAreTooMany() {
    String[] fields = new String[4 + 400];
    fields[0] = ":method";
    fields[1] = "CONNECT";
    fields[2] = ":authority";
    fields[3] = "10.96.0.1:80";
    for (int i = 4; i < fields.length; i += 2) {
      fields[i] = "a";
      fields[i + 1] = "";
    }
    int stream = peer.nextStream();
    peer.headers(stream, 0, fields);

    assertRefused(stream, "431", Refusal.CONNECT_FIELDS);
  }

  @Test
  void aHeaderListOverTheLimitIs431() {
    int stream = peer.nextStream();
    peer.headers(
        stream, 0, ":method", "CONNECT", ":authority", "a:1", "baggage", "x".repeat(17_000));

    assertThat(peer.status(stream)).isEqualTo("431");
    assertThat(asked).isEmpty();
    assertEcho();
  }

  @Test
  void aRefusalOfTheAcceptorReachesThePeerAndResetsInReturnAreHarmless() {
    int stream = peer.ask("denied:80");
    assertRefused(stream, "401", Refusal.CONNECT_DENIED);
    peer.reset(stream, RawFrame.CANCEL);

    assertEcho();
  }

  @Test
  void anAcceptorThatNeverAnswersIs503WithinTheBound() {
    assertRefused(peer.ask("silent:80"), "503", Refusal.CONNECT_TIMEOUT);
  }

  @Test
  void anAcceptorThatThrowsIs503() {
    assertRefused(peer.ask("broken:80"), "503", Refusal.CONNECT_UNREACHABLE);
  }

  @Test
  void theFirstAnswerCounts() {
    int stream = peer.open("twice:80");
    peer.data(stream, "x");

    assertThat(peer.take(RawFrame.DATA, stream).text()).isEqualTo("x");
  }

  @Test
  void aPeerThatGivesUpBeforeTheAnswerLeavesNothingBehind() {
    int stream = peer.ask("silent:80");
    peer.data(stream, "unread");
    peer.reset(stream, RawFrame.CANCEL);
    peer.barrier();

    eventually("no bytes are kept", () -> rig.serverTransport.unread().current() == 0);
    assertEcho();
    assertThat(peer.arrived(frame -> frame.is(RawFrame.HEADERS, stream))).isEmpty();
  }

  @Test
  void trailersOnATunnelResetIt() {
    int stream = peer.open("10.96.0.1:80");
    peer.headers(stream, RawFrame.END_STREAM, "x", "y");

    assertThat(peer.take(RawFrame.RST_STREAM, stream).number(0)).isEqualTo(RawFrame.PROTOCOL_ERROR);
    eventually("the tunnel is gone", () -> rig.serverLog.openTunnels.get() == 0);
  }
}
