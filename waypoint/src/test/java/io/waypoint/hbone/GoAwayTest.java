// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.await;
import static io.waypoint.hbone.HboneRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypoint.identity.Material;
import io.waypoint.identity.TrustBundle;
import io.waypoint.refusal.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Going away in two steps, so that no CONNECT under way is lost. */
final class GoAwayTest {
  private HboneRig rig = new HboneRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private RawPeer serve() {
    rig.serveRaw(socket -> socket.handler(socket::write));
    rig.listen((connect, answer) -> answer.accept(ConnectAnswer.RAW));
    return rig.peer();
  }

  private static boolean isGoAway(RawFrame frame) {
    return frame.type() == RawFrame.GOAWAY;
  }

  private static void assertEcho(RawPeer peer, int stream, String text) {
    peer.data(stream, text);
    assertThat(peer.take(RawFrame.DATA, stream).text()).isEqualTo(text);
  }

  /** Takes the server through its two steps; returns the last stream that the final word names. */
  private static int acknowledgeDrain(RawPeer peer) {
    RawFrame ping = peer.take(frame -> frame.type() == RawFrame.PING && !frame.has(RawFrame.ACK));
    peer.send(RawFrame.PING, RawFrame.ACK, 0, ping.payload());
    RawFrame last = peer.take(GoAwayTest::isGoAway);
    assertThat(last.number(4)).isEqualTo(RawFrame.NO_ERROR);
    return last.number(0);
  }

  @Test
  void aDrainServesWhatIsUnderWayAndClosesAfterTheLastTunnel() {
    try (RawPeer peer = serve().withoutPongs()) {
      HboneServer server = Objects.requireNonNull(rig.server);
      int open = peer.open("a:80");
      CompletableFuture<Void> quiet = server.drain(Duration.ZERO).toCompletableFuture();

      RawFrame first = peer.take(GoAwayTest::isGoAway);
      assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
      assertThat(first.number(4)).isEqualTo(RawFrame.NO_ERROR);
      int underWay = peer.open("b:80");
      assertEcho(peer, underWay, "served");
      assertThat(peer.arrived(GoAwayTest::isGoAway)).isEmpty();

      assertThat(acknowledgeDrain(peer)).isEqualTo(underWay);
      int late = peer.ask("c:80");
      assertEcho(peer, open, "still open");
      assertEcho(peer, underWay, "still open");
      assertThat(peer.arrived(frame -> frame.is(RawFrame.HEADERS, late))).isEmpty();
      assertThatThrownBy(() -> RawTls.connect(rig.address(), rig.ca.issue(HboneRig.SLEEP)))
          .isNotNull();

      assertThat(quiet).isNotDone();
      peer.end(open);
      assertThat(peer.take(f -> f.is(RawFrame.DATA, open) && f.has(RawFrame.END_STREAM)))
          .isNotNull();
      assertEcho(peer, underWay, "the last");
      peer.end(underWay);
      peer.awaitEnd();
      await(quiet);
      assertThat(server.connectionCount()).isZero();
    }
  }

  @Test
  void anUnusedConnectionClosesAtOnce() {
    try (RawPeer peer = serve()) {
      CompletableFuture<Void> quiet =
          Objects.requireNonNull(rig.server).drain(Duration.ZERO).toCompletableFuture();
      peer.awaitEnd();
      await(quiet);
    }
  }

  @Test
  void aConnectionIsAskedToGoWhenItIsOld() {
    rig.close();
    rig = new HboneRig(HboneSettings.DEFAULT.withMaxConnectionAge(Duration.ofMillis(300)), 1);
    try (RawPeer peer = serve().withoutPongs()) {
      int stream = peer.open("a:80");
      assertThat(peer.take(GoAwayTest::isGoAway).number(0)).isEqualTo(Integer.MAX_VALUE);
      acknowledgeDrain(peer);
      assertEcho(peer, stream, "not cut");
      peer.end(stream);
      peer.awaitEnd();
    }
    try (RawPeer next = rig.peer()) {
      assertEcho(next, next.open("a:80"), "welcome");
    }
  }

  @Test
  void aConnectionThatNobodyUsesIsAskedToGo() {
    rig.close();
    rig = new HboneRig(HboneSettings.DEFAULT.withInboundIdle(Duration.ofMillis(300)), 1);
    try (RawPeer peer = serve().withoutPongs()) {
      int stream = peer.open("a:80");
      long twice = System.nanoTime() + Duration.ofMillis(700).toNanos();
      HboneRig.eventually("two idle times have passed", () -> System.nanoTime() - twice > 0);
      assertEcho(peer, stream, "in use");
      assertThat(peer.arrived(GoAwayTest::isGoAway)).isEmpty();
      peer.end(stream);
      peer.take(GoAwayTest::isGoAway);
      acknowledgeDrain(peer);
      peer.awaitEnd();
    }
  }

  @Test
  void aRootThatIsWithdrawnDrainsWhoeverItVouchedFor() {
    try (RawPeer peer = serve()) {
      int stream = peer.open("a:80");
      HboneServer server = Objects.requireNonNull(rig.server);
      server.reverify();
      peer.barrier();
      assertThat(peer.arrived(GoAwayTest::isGoAway)).isEmpty();

      Material own = Objects.requireNonNull(rig.serverMaterial);
      rig.serverMaterial =
          new Material(
              own.id(), own.key(), own.chain(), new TrustBundle(List.of(), own.trust().domains()));
      server.reverify();
      peer.take(GoAwayTest::isGoAway);
      assertEcho(peer, stream, "not cut");
      assertThat(rig.serverLog.refusals).containsExactly(Refusal.PEER_UNTRUSTED);
      peer.end(stream);
      peer.awaitEnd();
    }
    eventually("it is forgotten", () -> rig.serverLog.connections.get() == 0);
  }
}
