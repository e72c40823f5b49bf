// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one request costs in memory, on the loop that serves it. */
class AllocationTest {
  private static final int WARM_UP = 4_000;
  private static final int MEASURED = 4_000;

  /** Vert.x's own share is by far the larger; this keeps ours from growing unseen. */
  private static final long MOST_BYTES_A_REQUEST = 12_000;

  private static long allocated(ProxyRig rig) {
    long[] bytes = {0};
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    rig.onLoop(() -> bytes[0] = threads.getThreadAllocatedBytes(Thread.currentThread().threadId()));
    return bytes[0];
  }

  private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

  /** The leak detector would be measured too, and it is far more expensive. */
  @BeforeEach
  void withoutLeakDetection() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
  }

  @AfterEach
  void withLeakDetection() {
    ResourceLeakDetector.setLevel(level);
  }

  @Test
  void aRequestCostsLittle() throws IOException {
    try (var rig = new ProxyRig();
        var server =
            new RawServer(c -> {
              while (true) {
                c.request();
                c.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
              }
            });
        var client = new RawClient(rig.http1Port())) {
      rig.serve(ProxyRig.endpoint(server.port()));
      ask(client, WARM_UP);
      long before = allocated(rig);
      ask(client, MEASURED);
      long each = (allocated(rig) - before) / MEASURED;
      System.out.println("bytes allocated for a request: " + each);
      assertThat(each).isLessThan(MOST_BYTES_A_REQUEST);
    }
  }

  private static void ask(RawClient client, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      client.send(
          "GET /productpage HTTP/1.1\r\nHost: reviews\r\nUser-Agent: test\r\nAccept: */*\r\n"
              + "X-Request-Id: 1\r\n\r\n");
      client.until("\r\n\r\nok");
    }
  }
}
