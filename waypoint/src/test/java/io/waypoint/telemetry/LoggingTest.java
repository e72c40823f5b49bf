// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.Slf4JLoggerFactory;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LoggingTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00.042Z"));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Logger log = LoggerFactory.getLogger("io.waypoint.test.Subject");

  @AfterEach
  void restore() {
    Logging.setAll(Level.WARN);
  }

  private List<String> lines(AccessLog.Format format, Runnable events) {
    try (var session = Logging.start(out, format, CLOCK)) {
      assertThat(session).isNotNull();
      events.run();
    }
    return out.toString(StandardCharsets.US_ASCII).lines().toList();
  }

  @Test
  void anEventIsTextOnATerminal() {
    List<String> lines =
        lines(
            AccessLog.Format.TEXT,
            () -> {
              log.debug("not shown");
              log.info("listening on {}", 15008);
              log.atWarn()
                  .setMessage("refused")
                  .addKeyValue("peer", "10.0.0.7")
                  .addKeyValue("why", "two words")
                  .log();
            });

    assertThat(lines)
        .containsExactly(
            "12:00:00.042Z INFO  Subject: listening on 15008",
            "12:00:00.042Z WARN  Subject: refused peer=10.0.0.7 why=\"two words\"");
  }

  @Test
  void anEventIsOneJsonObjectElsewhere() {
    String line =
        lines(
                AccessLog.Format.JSON,
                () ->
                    log.atError()
                        .setMessage("failed")
                        .addKeyValue("policy", "default/viewer")
                        .setCause(new IllegalStateException("boom\nsecond line"))
                        .log())
            .getFirst();

    var json = new JsonObject(line);
    assertThat(json.getString("time")).isEqualTo("2026-03-01T12:00:00.042Z");
    assertThat(json.getString("level")).isEqualTo("error");
    assertThat(json.getString("logger")).isEqualTo("io.waypoint.test.Subject");
    assertThat(json.getString("message")).isEqualTo("failed");
    assertThat(json.getString("policy")).isEqualTo("default/viewer");
    assertThat(json.getString("error")).contains("boom\nsecond line").contains("LoggingTest");
  }

  @Test
  void aValueCannotForgeAnEventOrReachATerminal() {
    String hostile = "x\n12:00:00.042Z INFO  Subject: forged\u001b[2J\u009b\r";
    for (AccessLog.Format format : AccessLog.Format.values()) {
      out.reset();
      List<String> lines =
          lines(format, () -> log.atInfo().setMessage(hostile).addKeyValue(hostile, hostile).log());
      assertThat(lines).hasSize(1);
      assertThat(lines.getFirst().chars()).allMatch(c -> c >= ' ' && c <= '~');
    }
  }

  @Test
  void levelsChangeAtOnceAndTheLongestNameWins() {
    Logging.setLevel("io.waypoint", Level.ERROR);
    Logging.setLevel("io.waypoint.test", Level.TRACE);
    Logger sibling = LoggerFactory.getLogger("io.waypoint.testing");

    assertThat(log.isTraceEnabled()).isTrue();
    assertThat(sibling.isWarnEnabled()).isFalse();
    assertThat(sibling.isErrorEnabled()).isTrue();
    assertThat(Logging.levels())
        .containsEntry("io.waypoint.test", Level.TRACE)
        .containsEntry(Logging.ROOT, Level.WARN);

    Logging.setAll(Level.INFO);

    assertThat(log.isDebugEnabled()).isFalse();
    assertThat(sibling.isInfoEnabled()).isTrue();
    assertThat(Logging.levels()).containsOnlyKeys(Logging.ROOT);
  }

  @Test
  void aStuckReaderCostsEventsAndNoTime() throws Exception {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    OutputStream stuck =
        new OutputStream() {
          @Override
          public void write(int b) {}

          @Override
          public void write(byte[] bytes, int from, int length) {
            entered.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (var session = Logging.start(stuck, AccessLog.Format.JSON, CLOCK)) {
      assertThat(session).isNotNull();
      log.info("first");
      entered.await();
      for (int i = 0; i < 5_000; i++) {
        log.info("more");
      }
      assertThat(Logging.dropped()).isEqualTo(5_000 - 4_096);
      release.countDown();
    }
  }

  @Test
  void vertxAndNettyLogThroughTheSameDoor() {
    assertThat(InternalLoggerFactory.getDefaultFactory()).isInstanceOf(Slf4JLoggerFactory.class);
    assertThat(
            lines(
                AccessLog.Format.TEXT,
                () ->
                    io.vertx.core.internal.logging.LoggerFactory.getLogger("io.vertx.Test")
                        .warn("from Vert.x")))
        .containsExactly("12:00:00.042Z WARN  Test: from Vert.x");
  }
}
