// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that end before they have become a stream of the connection to their endpoint. */
class UnopenedStreamTest {
  /** More than the application's server takes at a time; fewer than a caller may reset. */
  private static final int MANY = 120;

  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private static Http2Headers upload() {
    return new DefaultHttp2Headers(false)
        .method("POST")
        .scheme("http")
        .path("/")
        .authority("reviews");
  }

  @Test
  void cancelledInTheSameReadTheyTakeNobodysPlace() throws Exception {
    rig.serve(rig.backend(request -> request.response().end("ok")));
    try (var client = new RawHttp2(rig.http2Port())) {
      assertThat(client.get("/").headers().status()).hasToString("200");
      for (int i = 0; i < MANY; i++) {
        client.cancelled(upload());
      }
      for (int i = 0; i < MANY; i++) {
        RawHttp2.Stream asked = client.get("/");
        assertThat(asked.headers().status()).hasToString("200");
        assertThat(asked.ending()).isEqualTo("end");
      }
    }
    rig.untilQuiet();
  }
}
