// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.eventually;
import static io.waypoint.hbone.RawFrame.CANCEL;
import static io.waypoint.hbone.RawFrame.COMPRESSION_ERROR;
import static io.waypoint.hbone.RawFrame.ENHANCE_YOUR_CALM;
import static io.waypoint.hbone.RawFrame.FLOW_CONTROL_ERROR;
import static io.waypoint.hbone.RawFrame.FRAME_SIZE_ERROR;
import static io.waypoint.hbone.RawFrame.PROTOCOL_ERROR;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.refusal.Refusal;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an authenticated peer can do to us with frames, and that it only does it to itself. */
final class FloodTest {
  /** The end came without GOAWAY: TCP cannot promise that it is read before a reset. */
  private static final int UNSAID = -1;

  private static final int ATTEMPTS = 3;
  private static final int ANY = -2;
  private static final byte[] NOTHING = new byte[0];

  private final HboneRig rig = new HboneRig();
  private final RawPeer victim = start();
  private final int victimStream = victim.open("victim:80");

  private RawPeer start() {
    rig.serveRaw(socket -> socket.handler(socket::write));
    rig.listen((connect, answer) -> {
      switch (connect.target().authorityHost()) {
        case "silent" -> {}
        case "denied" -> answer.accept(new ConnectAnswer.Refuse(403, Refusal.CONNECT_DENIED));
        default -> answer.accept(ConnectAnswer.RAW);
      }
    });
    return rig.peer();
  }

  @AfterEach
  void close() {
    victim.close();
    rig.close();
  }

  private void assertVictimUndisturbed() {
    victim.data(victimStream, "undisturbed");
    assertThat(victim.take(RawFrame.DATA, victimStream).text()).isEqualTo("undisturbed");
    victim.open("another:80");
  }

  private static Arguments attack(String name, int error, Consumer<RawPeer> deed) {
    return Arguments.of(name, error, deed);
  }

  private static void times(int count, Runnable deed) {
    for (int i = 0; i < count; i++) {
      deed.run();
    }
  }

  static Stream<Arguments> attacks() {
    return Stream.concat(floods(), violations());
  }

  private static Stream<Arguments> floods() {
    return Stream.of(
        attack(
            "rapid reset of tunnels",
            ENHANCE_YOUR_CALM,
            peer -> times(400, () -> peer.reset(peer.ask("a:80"), CANCEL))),
        attack(
            "rapid reset before the answer",
            ENHANCE_YOUR_CALM,
            peer -> times(400, () -> peer.reset(peer.ask("silent:80"), CANCEL))),
        attack(
            "our resets provoked by trailers",
            ENHANCE_YOUR_CALM,
            peer -> times(400, () -> peer.headers(peer.ask("a:80"), 0, "x", "y"))),
        attack(
            "our resets provoked by empty window updates",
            ENHANCE_YOUR_CALM,
            peer -> times(400, () -> peer.window(peer.ask("a:80"), 0))),
        attack(
            "our resets provoked by window overflow",
            ENHANCE_YOUR_CALM,
            peer -> times(400, () -> peer.window(peer.ask("a:80"), Integer.MAX_VALUE))),
        attack(
            "our resets provoked by malformed fields",
            ENHANCE_YOUR_CALM,
            peer -> times(400, () -> peer.headers(peer.nextStream(), 0, "Bad", "x"))),
        attack("SETTINGS", ENHANCE_YOUR_CALM, peer -> times(3_000, () -> peer.settings())),
        attack(
            "PING",
            ENHANCE_YOUR_CALM,
            peer -> times(3_000, () -> peer.send(RawFrame.PING, 0, 0, new byte[8]))),
        attack(
            "PRIORITY",
            ENHANCE_YOUR_CALM,
            peer ->
                times(3_000, () -> peer.send(RawFrame.PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 9}))),
        attack(
            "unknown frames",
            ENHANCE_YOUR_CALM,
            peer -> times(3_000, () -> peer.send(0xbe, 0, 0, NOTHING))),
        attack(
            "empty CONTINUATION",
            ENHANCE_YOUR_CALM,
            peer -> {
              peer.send(
                  RawFrame.HEADERS, 0, peer.nextStream(), RawFrame.fields(":method", "CONNECT"));
              times(50, () -> peer.send(RawFrame.CONTINUATION, 0, 1, NOTHING));
            }),
        attack(
            "endless CONTINUATION",
            ANY,
            peer -> {
              peer.send(
                  RawFrame.HEADERS, 0, peer.nextStream(), RawFrame.fields(":method", "CONNECT"));
              times(
                  50,
                  () ->
                      peer.send(
                          RawFrame.CONTINUATION, 0, 1, RawFrame.fields("x", "y".repeat(15_000))));
            }),
        attack(
            "empty DATA",
            ENHANCE_YOUR_CALM,
            peer -> {
              int stream = peer.open("a:80");
              times(50, () -> peer.data(stream, NOTHING));
            }),
        attack(
            "tiny DATA",
            ENHANCE_YOUR_CALM,
            peer -> {
              int stream = peer.open("a:80");
              times(12_000, () -> peer.data(stream, "x"));
            }),
        attack(
            "streams beyond the limit",
            ENHANCE_YOUR_CALM,
            peer -> times(1_000, () -> peer.ask("a:80"))));
  }

  private static Stream<Arguments> violations() {
    return Stream.of(
        attack(
            "HPACK index 0",
            COMPRESSION_ERROR,
            peer -> peer.send(RawFrame.HEADERS, RawFrame.END_HEADERS, 1, new byte[] {(byte) 0x80})),
        attack(
            "HPACK index beyond the tables",
            COMPRESSION_ERROR,
            peer -> peer.send(RawFrame.HEADERS, RawFrame.END_HEADERS, 1, new byte[] {(byte) 0xfe})),
        attack(
            "HPACK table above the limit",
            COMPRESSION_ERROR,
            peer ->
                peer.send(
                    RawFrame.HEADERS,
                    RawFrame.END_HEADERS,
                    1,
                    new byte[] {0x3f, (byte) 0xff, (byte) 0xff, 0x7f})),
        attack(
            "HPACK bombs",
            ENHANCE_YOUR_CALM,
            peer -> {
              byte[] once = RawFrame.fields("x", "y".repeat(3_000));
              once[0] = 0x40;
              peer.send(RawFrame.HEADERS, RawFrame.END_HEADERS, peer.nextStream(), once);
              byte[] bomb = new byte[300];
              Arrays.fill(bomb, (byte) 0xbe);
              times(
                  400,
                  () -> peer.send(RawFrame.HEADERS, RawFrame.END_HEADERS, peer.nextStream(), bomb));
            }),
        attack(
            "a frame between HEADERS and CONTINUATION",
            PROTOCOL_ERROR,
            peer -> {
              peer.send(RawFrame.HEADERS, 0, 1, RawFrame.fields(":method", "CONNECT"));
              peer.settings();
            }),
        attack(
            "connection window overflow",
            FLOW_CONTROL_ERROR,
            peer -> peer.window(0, Integer.MAX_VALUE)),
        attack("empty connection window update", PROTOCOL_ERROR, peer -> peer.window(0, 0)),
        attack(
            "a window setting above 2^31-1",
            FLOW_CONTROL_ERROR,
            peer -> peer.settings(RawFrame.INITIAL_WINDOW_SIZE, -1)),
        attack(
            "a frame size setting below the least",
            PROTOCOL_ERROR,
            peer -> peer.settings(RawFrame.MAX_FRAME_SIZE, 100)),
        attack("DATA on an idle stream", PROTOCOL_ERROR, peer -> peer.data(7, "x")),
        attack("DATA on stream 0", PROTOCOL_ERROR, peer -> peer.data(0, "x")),
        attack("RST_STREAM on an idle stream", PROTOCOL_ERROR, peer -> peer.reset(7, CANCEL)),
        attack(
            "an even stream",
            PROTOCOL_ERROR,
            peer -> peer.headers(2, 0, ":method", "CONNECT", ":authority", "a:80")),
        attack(
            "PUSH_PROMISE",
            PROTOCOL_ERROR,
            peer ->
                peer.send(
                    RawFrame.PUSH_PROMISE,
                    RawFrame.END_HEADERS,
                    peer.open("a:80"),
                    new byte[] {0, 0, 0, 2})),
        attack(
            "a frame above the size we take",
            FRAME_SIZE_ERROR,
            peer -> peer.data(peer.open("a:80"), new byte[64 * 1024 + 1])),
        attack(
            "a PING of seven bytes",
            FRAME_SIZE_ERROR,
            peer -> peer.send(RawFrame.PING, 0, 0, new byte[7])),
        attack(
            "SETTINGS of five bytes",
            FRAME_SIZE_ERROR,
            peer -> peer.send(RawFrame.SETTINGS, 0, 0, new byte[5])),
        attack(
            "more padding than frame",
            PROTOCOL_ERROR,
            peer -> peer.send(RawFrame.DATA, 0x8, peer.open("a:80"), new byte[] {9, 1, 2})));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void theAttackerIsSentAwayAndTheVictimUndisturbed(
      String name, int error, Consumer<RawPeer> deed) {
    int seen = UNSAID;
    for (int attempt = 0; attempt < ATTEMPTS && seen == UNSAID; attempt++) {
      try (RawPeer attacker = rig.peer()) {
        deed.accept(attacker);
        seen = attacker.awaitEnd();
        assertVictimUndisturbed();
      }
    }
    if (error != ANY) {
      assertThat(seen).as(name).isEqualTo(error);
    }
    eventually("the attacker's tunnels are gone", () -> rig.serverLog.openTunnels.get() == 2);
    assertThat(rig.serverLog.refusals).isNotEmpty();
    assertThat(rig.serverTransport.unread().current()).isZero();
  }

  @Test
  void hundredsOfRefusedConnectsAndTheirResetsLeaveALiveTunnelAlone() {
    try (RawPeer peer = rig.peer()) {
      int live = peer.open("a:80");
      for (int i = 0; i < 300; i++) {
        int denied = peer.ask("denied:80");
        assertThat(peer.status(denied)).isEqualTo("403");
        peer.reset(denied, CANCEL);
        if (i % 50 == 0) {
          peer.data(live, "alive");
          assertThat(peer.take(RawFrame.DATA, live).text()).isEqualTo("alive");
        }
      }
      peer.barrier();
      peer.data(live, "alive");
      assertThat(peer.take(RawFrame.DATA, live).text()).isEqualTo("alive");
    }
  }

  @Test
  void tunnelsThatCarriedDataMayBeResetByTheHundred() {
    try (RawPeer peer = rig.peer()) {
      for (int i = 0; i < 300; i++) {
        int stream = peer.open("a:80");
        peer.data(stream, "x");
        peer.take(RawFrame.DATA, stream);
        peer.reset(stream, CANCEL);
      }
      peer.barrier();
      assertThat(peer.hasEnded()).isFalse();
    }
  }

  @Test
  void aPeerThatNeverAcknowledgesSettingsIsBoundByThemAllTheSame() {
    try (RawPeer peer = RawTls.connect(rig.address(), rig.ca.issue(HboneRig.SLEEP)).hello()) {
      for (int i = 0; i < 300; i++) {
        peer.ask("a:80");
      }
      peer.barrier();

      assertThat(peer.arrived(frame -> frame.type() == RawFrame.HEADERS)).hasSize(200);
      assertThat(
              peer.arrived(
                  f -> f.type() == RawFrame.RST_STREAM && f.number(0) == RawFrame.REFUSED_STREAM))
          .hasSize(100);
    }
  }

  @Test
  void aStreamIdIsGoodForOneTunnelOnly() {
    try (RawPeer peer = rig.peer()) {
      int first = peer.open("a:80");
      peer.reset(first, CANCEL);
      int tunnels = rig.serverLog.openTunnels.get();
      peer.headers(first, 0, ":method", "CONNECT", ":authority", "b:80");
      RawFrame end =
          peer.take(f -> f.is(RawFrame.RST_STREAM, first) || f.type() == RawFrame.GOAWAY);
      assertThat(end.number(end.type() == RawFrame.GOAWAY ? 4 : 0))
          .isIn(PROTOCOL_ERROR, RawFrame.STREAM_CLOSED);
      assertThat(rig.serverLog.openTunnels.get()).isLessThanOrEqualTo(tunnels);
    }
    assertVictimUndisturbed();
  }
}
