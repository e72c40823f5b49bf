// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.waypoint.proxy.scan.ScanLimits;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fields that would become another request once they are written as HTTP/1. */
class Http2AttackTest {
  private final ProxyRig rig = new ProxyRig();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @BeforeEach
  void serve() {
    rig.serve(
        rig.backend(request ->
            request
                .body()
                .onSuccess(body -> {
                  seen.add(request.method() + " " + request.uri() + " " + body);
                  request.response().end("served");
                })));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static Http2Headers get() {
    return new DefaultHttp2Headers(false)
        .method("GET")
        .scheme("http")
        .path("/")
        .authority("reviews");
  }

  /** {@code served}, a status, {@code reset N} or {@code closed}. */
  private String outcome(Consumer<Http2Headers> change, String body) throws Exception {
    Http2Headers headers = get();
    change.accept(headers);
    try (var client = new RawHttp2(rig.http2Port())) {
      var stream = client.send(headers, body.isEmpty() ? null : body);
      String ending = stream.ending();
      return ending.equals("end") ? stream.headers().status().toString() : ending;
    }
  }

  @Test
  void aPathOverTheLimitIsAsLongAsOverHttp1() throws Exception {
    int limit = ScanLimits.DEFAULTS.target();
    assertThat(outcome(h -> h.path("/" + "a".repeat(limit - 500)), "")).isEqualTo("200");
    seen.clear();
    assertThat(outcome(h -> h.path("/" + "a".repeat(limit)), "")).isEqualTo("414");
    assertThat(seen).isEmpty();
  }

  private void assertRefused(Consumer<Http2Headers> change) throws Exception {
    assertThat(outcome(change, "")).matches("reset [12]|closed|4\\d\\d");
    assertThat(seen).isEmpty();
  }

  @Test
  void anOrdinaryRequestIsServed() throws Exception {
    assertThat(outcome(headers -> {}, "")).isEqualTo("200");
    assertThat(outcome(headers -> headers.method("POST").set("content-length", "2"), "hi"))
        .isEqualTo("200");
    assertThat(seen).containsExactly("GET / ", "POST / hi");
  }

  @Test
  void refusesPathsThatAreNoPaths() throws Exception {
    assertRefused(h -> h.path("/ HTTP/1.1"));
    assertRefused(h -> h.path("/x?a b"));
    assertRefused(h -> h.path("/x?\u00e4"));
    assertRefused(h -> h.path("/x\r\nHost: evil"));
    assertRefused(h -> h.path("/x\u0000"));
    assertRefused(h -> h.path("admin"));
    assertRefused(h -> h.path("http://other/admin"));
    assertRefused(h -> h.path("*"));
    assertRefused(h -> h.path(""));
    assertRefused(h -> h.remove(":path"));
  }

  @Test
  void refusesMethodsThatAreNoMethods() throws Exception {
    assertRefused(h -> h.method("GET /admin HTTP/1.1"));
    assertRefused(h -> h.method("GET\r\n"));
    assertRefused(h -> h.method("get"));
    assertRefused(h -> h.method(""));
    assertRefused(h -> h.method("M".repeat(40)));
    assertRefused(h -> h.remove(":method"));
    assertRefused(h -> h.method("TRACE"));
    assertRefused(h -> {
      h.method("CONNECT");
      h.remove(":path");
      h.remove(":scheme");
    });
  }

  @Test
  void refusesSchemesOtherThanOurs() throws Exception {
    assertRefused(h -> h.scheme("gopher"));
    assertRefused(h -> h.scheme("http://evil/"));
    assertRefused(h -> h.remove(":scheme"));
  }

  @Test
  void refusesHostsThatDisagree() throws Exception {
    assertRefused(h -> h.set("host", "other"));
    assertRefused(h -> h.add("host", "reviews").add("host", "other"));
    assertRefused(h -> h.authority("user@reviews"));
    assertRefused(h -> h.authority("reviews/admin"));
    assertRefused(h -> h.authority("reviews:99999"));
    assertRefused(h -> h.authority("rev iews"));
    assertRefused(h -> h.authority(""));
    assertRefused(h -> h.remove(":authority"));
  }

  @Test
  void refusesFieldsOfAConnection() throws Exception {
    assertRefused(h -> h.set("connection", "x-secret"));
    assertRefused(h -> h.set("transfer-encoding", "chunked"));
    assertRefused(h -> h.set("upgrade", "websocket"));
    assertRefused(h -> h.set("te", "gzip"));
    assertRefused(h -> h.set("x", "a\r\nb: c"));
    assertRefused(h -> h.set("x y", "z"));
    assertRefused(h -> h.set("expect", "200-ok"));
    assertRefused(h -> h.add("content-length", "1").add("content-length", "2"));
  }

  @Test
  void aBodyOfAnotherLengthNeverBecomesARequest() throws Exception {
    assertThat(outcome(h -> h.method("POST").set("content-length", "2"), "hello"))
        .matches("reset [12]|closed");
    assertThat(outcome(h -> h.method("POST").set("content-length", "20"), "hello"))
        .matches("reset [12]|closed");
    assertThat(seen).isEmpty();
  }

  @Test
  void refusesTooManyFields() throws Exception {
    assertRefused(h -> {
      for (int i = 0; i < 120; i++) {
        h.add("x-" + i, "y");
      }
    });
  }

  @Test
  void takesTheHostFieldWhereNoAuthorityIsGiven() throws Exception {
    assertThat(
            outcome(
                h -> {
                  h.remove(":authority");
                  h.set("host", "reviews");
                },
                ""))
        .isEqualTo("200");
  }
}
