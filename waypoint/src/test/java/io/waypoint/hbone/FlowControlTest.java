// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 flow control is the back-pressure of a tunnel, in both directions. */
final class FlowControlTest {
  private static final int WINDOW = 256 * 1024;
  private static final byte[] FRAME = new byte[16 * 1024];

  private final HboneRig rig = new HboneRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private static void fill(RawPeer peer, int stream) {
    for (int sent = 0; sent < WINDOW; sent += FRAME.length) {
      peer.data(stream, FRAME);
    }
  }

  private BlockingQueue<Probe> pausedProbes() {
    return rig.serveProbes(channel -> channel.config().setAutoRead(false));
  }

  @Test
  void creditGoesBackOnlyForWhatWasReadAndInHalves() {
    BlockingQueue<Probe> probes = pausedProbes();
    try (RawPeer peer = rig.peer()) {
      int stream = peer.open("10.96.0.1:80");
      Probe probe = Probe.next(probes);
      fill(peer, stream);
      peer.barrier();

      assertThat(peer.arrived(frame -> frame.is(RawFrame.WINDOW_UPDATE, stream))).isEmpty();
      assertThat(probe.bytes).hasValue(0);
      assertThat(rig.serverTransport.unread().current()).isEqualTo(WINDOW);

      probe.channel.config().setAutoRead(true);
      probe.awaitBytes(WINDOW);
      peer.barrier();

      List<RawFrame> updates = peer.arrived(frame -> frame.is(RawFrame.WINDOW_UPDATE, stream));
      assertThat(updates).hasSizeBetween(1, 2);
      assertThat(updates).allMatch(update -> update.number(0) >= WINDOW / 2);
      assertThat(rig.serverTransport.unread().current()).isZero();
    }
  }

  @Test
  void ninetyNineStalledTunnelsDoNotStallAnother() {
    BlockingQueue<Probe> probes = pausedProbes();
    try (RawPeer peer = rig.peer()) {
      List<Probe> stalled = new ArrayList<>();
      for (int i = 0; i < 99; i++) {
        fill(peer, peer.open("10.96.0.1:80"));
        stalled.add(Probe.next(probes));
      }
      int stream = peer.open("10.96.0.1:80");
      Probe probe = Probe.next(probes);
      probe.channel.config().setAutoRead(true);
      fill(peer, stream);
      probe.awaitBytes(WINDOW);
      fill(peer, stream);
      probe.awaitBytes(2 * WINDOW);
      probe.write("answer");

      assertThat(peer.take(RawFrame.DATA, stream).text()).isEqualTo("answer");
      stalled.forEach(each -> each.channel.close());
    }
    eventually("nothing is kept", () -> rig.serverTransport.unread().current() == 0);
  }

  @Test
  void overdrawingTheWindowEndsTheStreamOrTheConnection() {
    pausedProbes();
    try (RawPeer peer = rig.peer()) {
      int stream = peer.open("10.96.0.1:80");
      fill(peer, stream);
      peer.data(stream, FRAME);

      RawFrame end =
          peer.take(f -> f.is(RawFrame.RST_STREAM, stream) || f.type() == RawFrame.GOAWAY);
      assertThat(end.number(end.type() == RawFrame.GOAWAY ? 4 : 0))
          .isEqualTo(RawFrame.FLOW_CONTROL_ERROR);
    }
  }

  @Test
  void writesStopAtTheWindowAndTheChannelTurnsUnwritable() {
    BlockingQueue<Probe> probes = rig.serveProbes(channel -> {});
    try (RawPeer peer =
        RawTls.connect(rig.address(), rig.ca.issue(HboneRig.SLEEP))
            .handshake(RawFrame.INITIAL_WINDOW_SIZE, 0)) {
      int stream = peer.open("10.96.0.1:80");
      Probe probe = Probe.next(probes);
      probe.flood(10_000);
      probe.awaitEvent("unwritable");
      peer.barrier();

      assertThat(peer.dataBytes()).isZero();
      assertThat(probe.accepted.get()).isLessThan(100_000);

      peer.window(stream, 10);
      peer.awaitDataBytes(10);
      peer.barrier();
      assertThat(peer.dataBytes()).isEqualTo(10);

      peer.window(0, 10_000_000);
      peer.window(stream, 500_000);
      peer.awaitDataBytes(500_010);
      peer.barrier();
      assertThat(peer.dataBytes()).isEqualTo(500_010);
      assertThat(probe.accepted.get()).isLessThan(700_000);
    }
  }

  @Test
  void aWindowThatShrinksBelowZeroIsWaitedOutAndOneThatGrowsIsUsed() {
    BlockingQueue<Probe> probes = rig.serveProbes(channel -> {});
    try (RawPeer peer = rig.peer()) {
      peer.window(0, 10_000_000);
      int stream = peer.open("10.96.0.1:80");
      Probe.next(probes).flood(10_000);
      peer.awaitDataBytes(65_535);

      peer.settings(RawFrame.INITIAL_WINDOW_SIZE, 1_000);
      peer.window(stream, 64_535);
      peer.barrier();
      assertThat(peer.dataBytes()).isEqualTo(65_535);

      peer.window(stream, 100);
      peer.awaitDataBytes(65_635);
      peer.barrier();
      assertThat(peer.dataBytes()).isEqualTo(65_635);

      peer.settings(RawFrame.INITIAL_WINDOW_SIZE, 301_000);
      peer.awaitDataBytes(365_635);
      peer.barrier();
      assertThat(peer.dataBytes()).isEqualTo(365_635);
    }
  }

  @Test
  void aTightConnectionWindowIsShared() {
    BlockingQueue<Probe> probes = rig.serveProbes(channel -> {});
    try (RawPeer peer =
        RawTls.connect(rig.address(), rig.ca.issue(HboneRig.SLEEP))
            .handshake(RawFrame.INITIAL_WINDOW_SIZE, 4_000_000)) {
      List<Integer> streams = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        streams.add(peer.open("10.96.0.1:80"));
      }
      for (int i = 0; i < 8; i++) {
        Probe.next(probes).flood(20_000);
      }
      long expected = 65_535;
      for (int round = 0; round < 40; round++) {
        peer.awaitDataBytes(expected);
        peer.window(0, 20_000);
        expected += 20_000;
      }
      for (int stream : streams) {
        int bytes =
            peer.arrived(frame -> frame.is(RawFrame.DATA, stream)).stream()
                .mapToInt(frame -> frame.payload().length)
                .sum();
        assertThat(bytes).as("bytes of stream %s", stream).isGreaterThan(20_000);
      }
    }
  }

  @Test
  void aPeerThatDoesNotReadItsSocketDoesNotFillOurMemory() {
    BlockingQueue<Probe> probes = rig.serveProbes(channel -> {});
    try (RawPeer peer =
        RawTls.connect(rig.address(), rig.ca.issue(HboneRig.SLEEP))
            .handshake(RawFrame.INITIAL_WINDOW_SIZE, 16_000_000)) {
      peer.window(0, 1_000_000_000);
      List<Probe> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        peer.open("10.96.0.1:80");
        all.add(Probe.next(probes));
      }
      peer.stopReading();
      all.forEach(probe -> probe.flood(16_000));
      all.forEach(probe -> probe.awaitEvent("unwritable"));
      eventually("all are stopped", () -> all.stream().noneMatch(p -> p.channel.isWritable()));

      long accepted = all.stream().mapToLong(probe -> probe.accepted.get()).sum();
      assertThat(accepted).isLessThan(50 * 100_000L + 12_000_000L);
      peer.goOnReading();
      peer.awaitDataBytes(accepted);
    }
  }

  @Test
  void theEndOfThePeersDirectionIsAHalfClose() {
    BlockingQueue<Probe> probes =
        rig.serveProbes(
            channel -> channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true));
    try (RawPeer peer = rig.peer()) {
      int stream = peer.open("10.96.0.1:80");
      Probe probe = Probe.next(probes);
      peer.data(stream, "question");
      peer.end(stream);
      probe.awaitEvent("input shut down");
      assertThat(probe.text()).isEqualTo("question");
      probe.write("answer");
      assertThat(peer.take(RawFrame.DATA, stream).text()).isEqualTo("answer");
      probe.channel.close();
      assertThat(peer.take(RawFrame.DATA, stream).has(RawFrame.END_STREAM)).isTrue();
      probe.awaitEvent("inactive");
      peer.barrier();

      assertThat(probe.failures).isEmpty();
      assertThat(peer.arrived(frame -> frame.is(RawFrame.RST_STREAM, stream))).isEmpty();
    }
  }

  @Test
  void theEndOfOurDirectionLeavesTheOtherOpen() {
    BlockingQueue<Probe> probes = rig.serveProbes(channel -> {});
    try (RawPeer peer = rig.peer()) {
      int stream = peer.open("10.96.0.1:80");
      Probe probe = Probe.next(probes);
      TunnelChannel tunnel = (TunnelChannel) probe.channel;
      tunnel.eventLoop().execute(() -> tunnel.shutdownOutput(tunnel.newPromise()));
      assertThat(peer.take(RawFrame.DATA, stream).has(RawFrame.END_STREAM)).isTrue();

      fill(peer, stream);
      probe.awaitBytes(WINDOW);
      peer.end(stream);
      probe.awaitEvent("inactive");
      assertThat(probe.failures).isEmpty();
    }
  }

  @Test
  void aResetOfThePeerIsAFailureAlsoAfterItsEnd() {
    BlockingQueue<Probe> probes =
        rig.serveProbes(
            channel -> channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true));
    try (RawPeer peer = rig.peer()) {
      int first = peer.open("10.96.0.1:80");
      Probe cut = Probe.next(probes);
      peer.reset(first, RawFrame.CANCEL);
      cut.awaitEvent("failure");
      cut.awaitEvent("inactive");
      assertThat(cut.failures.getFirst()).hasMessageContaining("reset by peer");

      int second = peer.open("10.96.0.1:80");
      Probe halfClosed = Probe.next(probes);
      peer.end(second);
      halfClosed.awaitEvent("input shut down");
      peer.reset(second, RawFrame.CANCEL);
      halfClosed.awaitEvent("inactive");
      assertThat(halfClosed.failures).hasSize(1);
    }
  }

  @Test
  void aLostConnectionFailsAllItsTunnels() {
    BlockingQueue<Probe> probes = pausedProbes();
    RawPeer peer = rig.peer();
    List<Probe> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      fill(peer, peer.open("10.96.0.1:80"));
      all.add(Probe.next(probes));
    }
    peer.barrier();
    peer.close();
    eventually("the connection is gone", () -> rig.serverLog.connections.get() == 0);
    for (Probe probe : all) {
      probe.channel.config().setAutoRead(true);
      probe.awaitEvent("inactive");
      assertThat(probe.bytes).hasValue(WINDOW);
      assertThat(probe.failures).hasSize(1);
    }
    eventually("nothing is kept", () -> rig.serverTransport.unread().current() == 0);
    eventually("no tunnel counts", () -> rig.serverLog.openTunnels.get() == 0);
  }
}
