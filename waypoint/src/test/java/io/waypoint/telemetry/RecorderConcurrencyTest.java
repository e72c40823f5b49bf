// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RecorderConcurrencyTest {
  private static final int LOOPS = 4;
  private static final int REQUESTS = 50_000;

  private final Telemetry telemetry =
      new Telemetry(
          TelemetrySettings.of("1"), new FakeNanos(), InstantSource.fixed(Instant.EPOCH), null);

  @Test
  void nothingIsLostWhileLoopsCountAndScrapesRead() throws Exception {
    var start = new CountDownLatch(1);
    try (var executor = Executors.newFixedThreadPool(LOOPS)) {
      List<Future<?>> loops = new ArrayList<>();
      for (int i = 0; i < LOOPS; i++) {
        loops.add(executor.submit(() -> runLoop(start)));
      }
      start.countDown();
      double before = 0;
      while (!loops.stream().allMatch(Future::isDone)) {
        double now = Exposition.of(telemetry).sum("istio_requests_total");
        assertThat(now).as("counters never go back").isGreaterThanOrEqualTo(before);
        before = now;
      }
      for (Future<?> loop : loops) {
        loop.get();
      }
    }

    Exposition page = Exposition.of(telemetry);
    double all = (double) LOOPS * REQUESTS;
    assertThat(page.count("istio_requests_total")).isEqualTo(7);
    assertThat(page.sum("istio_requests_total")).isEqualTo(all);
    assertThat(page.sum("istio_request_bytes_sum")).isEqualTo(70 * all);
    assertThat(page.sum("istio_request_duration_milliseconds_count")).isEqualTo(all);
  }

  private Void runLoop(CountDownLatch start) throws InterruptedException {
    Recorder recorder = telemetry.recorder();
    start.await();
    for (int i = 0; i < REQUESTS; i++) {
      recorder.finish(Flows.answered(recorder, 200 + i % 7));
    }
    return null;
  }
}
