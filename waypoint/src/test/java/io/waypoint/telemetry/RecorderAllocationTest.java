// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class RecorderAllocationTest {
  private static final int REQUESTS = 10_000;

  @Test
  void finishingARequestAllocatesNothing() {
    Recorder recorder =
        new Telemetry(
                TelemetrySettings.of("1"),
                new FakeNanos(),
                InstantSource.fixed(Instant.EPOCH),
                null)
            .recorder();
    RequestRecord[] records = new RequestRecord[REQUESTS];
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < REQUESTS; i++) {
        records[i] = Flows.answered(recorder, i % 2 == 0 ? 200 : 404);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (RequestRecord record : records) {
        recorder.finish(record);
      }
      bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
    }

    assertThat(bytes / REQUESTS).as("bytes a request").isZero();
  }
}
