// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.refusal.Refusal;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How tunnels and connections end when the other side does not cooperate. */
final class TunnelEndTest {
  private final HboneRig rig =
      new HboneRig(
          HboneSettings.DEFAULT
              .withLinger(Duration.ofMillis(300))
              .withPing(Duration.ofMillis(100), Duration.ofMillis(500)),
          1);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aPeerThatGoesOnSendingAfterOurEndIsHeardForAWhileAndThenCutOff() {
    BlockingQueue<Probe> probes = rig.serveProbes(channel -> {});
    try (RawPeer peer = rig.peer()) {
      int stream = peer.open("10.96.0.1:80");
      Probe probe = Probe.next(probes);
      probe.channel.close();
      assertThat(peer.take(RawFrame.DATA, stream).has(RawFrame.END_STREAM)).isTrue();
      for (int i = 0; i < 16; i++) {
        peer.data(stream, new byte[16 * 1024]);
      }
      assertThat(peer.take(RawFrame.WINDOW_UPDATE, stream).number(0)).isPositive();
      assertThat(peer.take(RawFrame.RST_STREAM, stream).number(0)).isEqualTo(RawFrame.CANCEL);
      // What was under way is no offence.
      for (int i = 0; i < 300; i++) {
        peer.data(stream, "late");
      }
      peer.barrier();
      assertThat(peer.hasEnded()).isFalse();
    }
  }

  @Test
  void aSlowPeerGetsEverythingThatWasWrittenBeforeTheClose() {
    BlockingQueue<Probe> probes = rig.serveProbes(channel -> {});
    try (RawPeer peer =
        RawTls.connect(rig.address(), rig.ca.issue(HboneRig.SLEEP))
            .handshake(RawFrame.INITIAL_WINDOW_SIZE, 1_000_000)) {
      int stream = peer.open("10.96.0.1:80");
      Probe probe = Probe.next(probes);
      // More than the connection window admits; the rest waits in the encoder.
      probe.write("x".repeat(60_000));
      int other = peer.open("10.96.0.1:80");
      Probe second = Probe.next(probes);
      second.write("y".repeat(5_000));
      second.channel.close();
      peer.awaitDataBytes(65_000);
      // Longer than the linger time, by its own measure: the next two pings of the server.
      for (int i = 0; i < 8; i++) {
        peer.take(frame -> frame.type() == RawFrame.PING && !frame.has(RawFrame.ACK));
      }
      peer.window(0, 100_000);
      RawFrame end = peer.take(f -> f.is(RawFrame.DATA, other) && f.has(RawFrame.END_STREAM));
      assertThat(end.stream()).isEqualTo(other);
      assertThat(stream).isLessThan(other);
    }
  }

  @Test
  void aPeerThatAnswersPingsStaysAndOneThatDoesNotIsClosed() {
    rig.serveProbes(channel -> {});
    try (RawPeer good = rig.peer();
        RawPeer mute = rig.peer().withoutPongs()) {
      mute.awaitEnd();
      good.barrier();

      assertThat(good.hasEnded()).isFalse();
      assertThat(rig.serverLog.refusals).containsExactly(Refusal.H2_PING_TIMEOUT);
    }
    eventually("both are gone", () -> rig.serverLog.connections.get() == 0);
  }
}
