// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MachineryTest {
  private final HboneRig rig = new HboneRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void loopsRunOnWhatIsTold() {
    boolean epoll = Machinery.present().transport().equals("epoll");

    assertThat(rig.serverTransport.loops())
        .isNotEmpty()
        .allSatisfy(loop ->
            assertThat(
                    ((IoEventLoop) loop)
                        .isIoType(epoll ? EpollIoHandler.class : NioIoHandler.class))
                .isTrue());
  }

  @Test
  void linuxHasEpollAndBoringSsl() {
    boolean linux =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
            && System.getProperty("os.arch").matches("amd64|aarch64");

    if (linux) {
      assertThat(Machinery.present()).hasToString("epoll, BoringSSL");
    }
  }
}
