// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers whose answer is complete before their body is. */
class EarlyAnswerTest {
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx";
  private static final String REST = "x".repeat(999);
  private static final Duration MOST = RequestBody.MOST_DISCARDING;

  private final FakeTime time = new FakeTime();
  private final ProxyRig rig = new ProxyRig(ProxySettings.DEFAULTS, time);

  @AfterEach
  void close() {
    rig.close();
  }

  private void serve() {
    rig.serve(rig.backend(request -> request.response().end("early")));
  }

  @Test
  void theRestIsNotWaitedForWithoutEnd() throws IOException {
    serve();
    try (var client = new RawClient(rig.http1Port())) {
      client.send(POST);
      assertThat(client.until("early")).startsWith("HTTP/1.1 200").doesNotContain("close");
      rig.pass(MOST);
      assertThat(client.rest()).isEmpty();
    }
  }

  /** Little by little is not soon. */
  @Test
  void whatTricklesIsNotWaitedForEither() throws IOException {
    serve();
    try (var client = new RawClient(rig.http1Port())) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
      assertThat(client.until("early")).startsWith("HTTP/1.1 200");
      try {
        for (int i = 0; i < 5; i++) {
          client.send("1\r\nx\r\n");
          rig.pass(MOST.dividedBy(5));
        }
        assertThat(client.rest()).isEmpty();
      } catch (IOException reset) {
        assertThat(reset).hasMessageMatching(".*(reset|pipe).*");
      }
    }
  }

  @Test
  void theRestOfWhatIsDeniedIsNotWaitedForWithoutEnd() throws IOException {
    rig.publish(Policies.closed(), null, ProxyRig.endpoints());
    try (var client = new RawClient(rig.http1Port())) {
      client.send(POST);
      assertThat(client.head()).startsWith("HTTP/1.1 403");
      rig.pass(MOST);
      assertThat(client.rest()).endsWith("access denied");
    }
  }

  @Test
  void aRestThatComesInTimeLeavesTheConnection() throws IOException {
    serve();
    try (var client = new RawClient(rig.http1Port())) {
      for (int i = 0; i < 2; i++) {
        client.send(POST);
        assertThat(client.until("early")).startsWith("HTTP/1.1 200");
        rig.pass(MOST.minusMillis(1));
        client.send(REST);
      }
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.until("early")).startsWith("HTTP/1.1 200");
      rig.onLoop(() -> assertThat(time.waiting()).isZero());
      rig.pass(MOST.multipliedBy(2));
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("early");
    }
  }
}
