// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AccessLogPressureTest {
  private static Telemetry telemetry(AccessLog log) {
    return new Telemetry(
        TelemetrySettings.of("1"), new FakeNanos(), InstantSource.fixed(Instant.EPOCH), log);
  }

  @Test
  void aStuckReaderCostsLinesAndNoTime() throws Exception {
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
    try (var log = new AccessLog(stuck, AccessLog.Format.JSON, "cluster.local")) {
      Telemetry telemetry = telemetry(log);
      Recorder recorder = telemetry.recorder();
      recorder.finish(Flows.answered(recorder, 200));
      entered.await();
      for (int i = 0; i < 10_000; i++) {
        recorder.finish(Flows.answered(recorder, 200));
      }

      assertThat(log.dropped()).isEqualTo(10_000 - 4_096);
      Exposition page = Exposition.of(telemetry);
      assertThat(page.one("istio_requests_total").value()).isEqualTo(10_001);
      assertThat(page.one("waypoint_access_log_dropped_total").value()).isEqualTo(10_000 - 4_096);
      release.countDown();
    }
  }

  @Test
  void aReaderThatWentAwayIsCountedAndNotFatal() {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    var log = new AccessLog(gone, AccessLog.Format.TEXT, "cluster.local");
    Recorder recorder = telemetry(log).recorder();
    for (int i = 0; i < 100; i++) {
      recorder.finish(Flows.answered(recorder, 200));
    }
    log.close();

    assertThat(log.dropped()).isEqualTo(100);
  }

  @Test
  void aLineAfterAPauseIsWrittenToo() throws Exception {
    var written = new Semaphore(0);
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {}

          @Override
          public void write(byte[] bytes, int from, int length) {
            written.release();
          }
        };
    try (var log = new AccessLog(out, AccessLog.Format.TEXT, "cluster.local")) {
      Recorder recorder = telemetry(log).recorder();
      for (int pause = 0; pause < 3; pause++) {
        while (!log.isAsleep()) {
          Thread.onSpinWait();
        }
        recorder.finish(Flows.answered(recorder, 200));
        written.acquire();
      }
    }
  }
}
