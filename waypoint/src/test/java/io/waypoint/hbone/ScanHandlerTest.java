// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.waypoint.proxy.scan.ScanLimits;
import io.waypoint.proxy.scan.TunnelScan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ScanHandlerTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String WEBSOCKET =
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final EmbeddedChannel channel =
      new EmbeddedChannel(new ScanHandler(new TunnelScan(ScanLimits.DEFAULTS), TIMEOUT));

  @BeforeEach
  void stopTime() {
    channel.freezeTime();
  }

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  private void receive(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
  }

  private void answer(UpgradeAnswer answer) {
    channel.pipeline().fireUserEventTriggered(answer);
    channel.runPendingTasks();
  }

  private void pass(long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  private String decoded() {
    var text = new StringBuilder();
    for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
      text.append(part.toString(StandardCharsets.ISO_8859_1));
      part.release();
    }
    return text.toString();
  }

  @Test
  void keepsBackAHeadUntilItIsWhole() {
    receive(GET + "GET / HT");
    assertThat(decoded()).isEqualTo(GET);
    receive("TP/1.1\r\nHost: h\r\n");
    assertThat(decoded()).isEmpty();
    receive("\r\n");
    assertThat(decoded()).isEqualTo(GET);
  }

  @Test
  void putsTheRefusalInThePlaceOfTheRequestAndDropsTheRest() {
    receive(GET + "GET / HTTP/1.1\r\n\r\n" + GET);
    receive(GET);
    assertThat(decoded()).startsWith(GET + "WAYPOINT-REFUSED /REQUEST_AUTHORITY HTTP/1.1\r\n");
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void closesWhenABodyGoesWrong() {
    receive("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    assertThat(decoded()).doesNotContain("WAYPOINT");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void endsAHeadThatTakesTooLong() {
    receive("GET / HTTP/1.1\r\n");
    pass(9);
    receive("Host: h\r\n");
    assertThat(decoded()).isEmpty();
    pass(1);
    assertThat(decoded()).startsWith("WAYPOINT-REFUSED /REQUEST_HEAD_TIMEOUT ");
  }

  @Test
  void countsTheTimeOfEachHeadByItself() {
    for (int i = 0; i < 20; i++) {
      receive("GET / HTTP/1.1\r\n");
      pass(6);
      receive("Host: h\r\n\r\nGET / HTTP/1.1\r\n");
      pass(6);
      receive("Host: h\r\n\r\n");
      assertThat(decoded()).isEqualTo(GET + GET);
    }
  }

  @Test
  void leavesTimeBetweenRequests() {
    receive(GET + "\r\n");
    pass(3600);
    receive(GET);
    assertThat(decoded()).endsWith(GET).doesNotContain("WAYPOINT");
  }

  @Test
  void holdsEarlyBytesUntilTheUpgradeIsAnswered() {
    receive(WEBSOCKET + "\0early");
    assertThat(decoded()).isEqualTo(WEBSOCKET);
    answer(UpgradeAnswer.AGREED);
    receive("late");
    assertThat(decoded()).isEqualTo("\0earlylate");
  }

  @Test
  void readsTheNextRequestAfterADeclinedUpgrade() {
    receive(WEBSOCKET + GET + "\0smuggled\r\n\r\n");
    answer(UpgradeAnswer.DECLINED);
    assertThat(decoded()).startsWith(WEBSOCKET + GET + "WAYPOINT-REFUSED /REQUEST_LINE ");
  }

  @Test
  void closesWhenEarlyBytesHaveNoEnd() {
    receive(WEBSOCKET);
    for (int i = 0; i < 200 && channel.isOpen(); i++) {
      receive("x".repeat(1024));
    }
    assertThat(channel.isOpen()).isFalse();
  }

  /** What is written may belong to an earlier request, or be what an endpoint's body says. */
  @Test
  void whatIsWrittenDecidesNothing() {
    receive(GET + WEBSOCKET + "\0early");
    assertThat(decoded()).isEqualTo(GET + WEBSOCKET);
    channel.writeOutbound(
        Unpooled.copiedBuffer(
            "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", StandardCharsets.ISO_8859_1));
    channel.writeOutbound(Unpooled.copiedBuffer("HTTP/1.1 101", StandardCharsets.ISO_8859_1));
    channel.runPendingTasks();
    assertThat(decoded()).isEmpty();
    receive("\0more");
    assertThat(decoded()).isEmpty();
    answer(UpgradeAnswer.AGREED);
    assertThat(decoded()).isEqualTo("\0early\0more");
  }

  @Test
  void answersToOtherRequestsChangeNothing() {
    receive(GET);
    answer(UpgradeAnswer.AGREED);
    receive("\0smuggled\r\n\r\n");
    assertThat(decoded()).startsWith(GET + "WAYPOINT-REFUSED /REQUEST_LINE ");
  }
}
