// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.await;
import static io.waypoint.hbone.HboneRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tunnels on event loops that are so busy that they let messages gather, both ends of them. */
final class CoalescingTunnelsTest {
  private static final int TUNNELS = 64;

  private final HboneRig rig =
      new HboneRig(HboneSettings.DEFAULT.withCoalescing(Duration.ofMillis(2)), 1);

  @AfterEach
  void close() {
    rig.close();
  }

  /** Sends its next message when the last one has come back, and counts what is not as sent. */
  private static final class Asker {
    private final NetSocket socket;
    private final AtomicInteger wrong;
    private Buffer sent = Buffer.buffer();
    private Buffer got = Buffer.buffer();
    private volatile int answers;

    Asker(NetSocket socket, AtomicInteger wrong) {
      this.socket = socket;
      this.wrong = wrong;
    }

    void ask() {
      sent = Buffer.buffer("message " + answers);
      got = Buffer.buffer();
      socket.handler(this::came);
      socket.write(sent);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one loop writes
    private void came(Buffer part) {
      got.appendBuffer(part);
      if (got.length() >= sent.length()) {
        if (!got.equals(sent)) {
          wrong.incrementAndGet();
        }
        answers++;
        ask();
      }
    }
  }

  @Test
  void everyMessageComesBackWhileTheyGather() {
    rig.serveRaw(socket -> socket.handler(socket::write));
    rig.listen((connect, answer) -> answer.accept(ConnectAnswer.RAW));
    AtomicInteger wrong = new AtomicInteger();
    List<Asker> askers = new ArrayList<>();
    for (int i = 0; i < TUNNELS; i++) {
      Asker asker = new Asker(await(rig.tcp.connect(rig.workload("10.96.0.1:80"))), wrong);
      askers.add(asker);
      rig.clientVertx.runOnContext(_ -> asker.ask());
    }

    eventually("they gather", () -> rig.serverLog.gathered.get() > 0);
    int[] before = askers.stream().mapToInt(asker -> asker.answers).toArray();
    for (int i = 0; i < TUNNELS; i++) {
      Asker asker = askers.get(i);
      int enough = before[i] + 10;
      eventually("each goes on", () -> asker.answers >= enough);
    }
    assertThat(wrong).hasValue(0);
  }
}
