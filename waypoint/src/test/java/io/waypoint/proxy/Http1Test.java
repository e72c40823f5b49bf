// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http1Test {
  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private static void echoHead(HttpServerRequest request) {
    var text = new StringBuilder(request.method() + " " + request.uri() + "\n");
    request.headers().forEach((name, value) -> text.append(name + ": " + value + "\n"));
    request.response().end(text.toString());
  }

  private String exchange(String bytes) throws IOException {
    try (var client = new RawClient(rig.http1Port())) {
      client.send(bytes);
      return client.rest();
    }
  }

  private String once(String requestLine, String... fields) throws IOException {
    return exchange(
        requestLine
            + " HTTP/1.1\r\nHost: reviews\r\nConnection: close\r\n"
            + String.join("", fields)
            + "\r\n");
  }

  @Test
  void dropsHopByHopFieldsAndThoseThatConnectionNames() throws IOException {
    rig.serve(rig.backend(Http1Test::echoHead));
    String seen =
        exchange(
            """
            GET / HTTP/1.1\r
            Host: reviews\r
            Connection: close, X-Drop, Authorization, Host\r
            Keep-Alive: timeout=5\r
            Proxy-Connection: keep-alive\r
            TE: gzip\r
            Upgrade: h2c\r
            HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r
            X-Drop: 1\r
            X-Keep: 2\r
            Authorization: Bearer x\r
            \r
            """);
    assertThat(seen).startsWith("HTTP/1.1 200").contains("X-Keep: 2", "Authorization: Bearer x");
    assertThat(seen).contains("host: reviews");
    assertThat(seen.substring(seen.indexOf("\r\n\r\n")).toLowerCase())
        .doesNotContain("x-drop", "keep-alive", "upgrade", "http2-settings", "te:", "connection");
  }

  @Test
  void stripsWhatCallersMayNotSay() throws IOException {
    rig.serve(rig.backend(Http1Test::echoHead));
    String seen =
        once(
            "GET /",
            "X-Envoy-Original-Path: /admin\r\n",
            "x-envoy-retry-on: 5xx\r\n",
            "X-Forwarded-Client-Cert: By=evil;URI=evil\r\n",
            "x-istio-attributes: abc\r\n",
            "x-forwarded-for: 1.2.3.4\r\n");
    String body = seen.substring(seen.indexOf("\r\n\r\n")).toLowerCase();
    assertThat(body).contains("x-forwarded-for: 1.2.3.4");
    assertThat(body)
        .doesNotContain("x-envoy-", "x-forwarded-client-cert", "x-istio-attributes", "evil");
  }

  @Test
  void addsAnIdAndTheSchemeWhereTheyAreMissing() throws IOException {
    rig.serve(rig.backend(Http1Test::echoHead));
    assertThat(once("GET /"))
        .containsPattern("x-request-id: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]")
        .contains("x-forwarded-proto: http");
    assertThat(once("GET /", "X-Request-Id: mine\r\n", "x-forwarded-proto: https\r\n"))
        .contains("X-Request-Id: mine", "x-forwarded-proto: https")
        .doesNotContain("x-request-id: ");
  }

  @Test
  void forwardsThePathThatWasJudged() throws IOException {
    rig.serve(rig.backend(Http1Test::echoHead));
    assertThat(once("GET /a/../b/%2e%2e/%61dmin?q=%2e%2e/x")).contains("GET /admin?q=%2e%2e/x\n");
  }

  @Test
  void takesTheAuthorityOfAnAbsoluteTarget() throws IOException {
    rig.serve(rig.backend(Http1Test::echoHead));
    assertThat(once("GET http://other:81/x?y=z")).contains("GET /x?y=z\n", "host: other:81\n");
    assertThat(once("GET http://other?y=z")).contains("GET /?y=z\n");
    assertThat(once("GET ftp://other/")).startsWith("HTTP/1.1 400");
    assertThat(once("GET http://user@other/")).startsWith("HTTP/1.1 400");
  }

  @Test
  void refusesWhatIsNotCanonicalAndClosesTheConnection() throws IOException {
    rig.serve(rig.backend(Http1Test::echoHead));
    String next = "GET /next HTTP/1.1\r\nHost: reviews\r\n\r\n";
    assertRefused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + next, 400);
    assertRefused("GET / HTTP/1.1\r\n\r\n" + next, 400);
    assertRefused("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n" + next, 400);
    assertRefused("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" + next, 400);
    assertRefused("GET / HTTP/1.1\r\nHost: a:0\r\n\r\n" + next, 400);
    assertRefused("get / HTTP/1.1\r\nHost: a\r\n\r\n" + next, 400);
    assertRefused("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n" + next, 400);
    assertRefused("GET admin HTTP/1.1\r\nHost: a\r\n\r\n" + next, 400);
    assertRefused("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n" + next, 405);
    assertRefused("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n" + next, 405);
    assertRefused("GET / HTTP/1.1\r\nHost: a\r\nExpect: y 100-continue\r\n\r\n" + next, 417);
    assertRefused("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(120) + "\r\n" + next, 431);
  }

  private void assertRefused(String bytes, int status) throws IOException {
    String seen = exchange(bytes);
    assertThat(seen).as(bytes).startsWith("HTTP/1.1 " + status);
    assertThat(seen).contains("connection: close", "server: waypoint").doesNotContain("/next");
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    rig.serve(rig.backend(Http1Test::echoHead));
    String seen =
        exchange(
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertThat(seen.indexOf("GET /1")).isPositive().isLessThan(seen.indexOf("GET /2"));
    assertThat(seen.indexOf("GET /2")).isLessThan(seen.indexOf("GET /3"));
  }

  @Test
  void keepsTheConnectionWhenADeniedRequestHasASmallBody() throws IOException {
    rig.publish(
        Policies.deny(Policies.methods("POST")),
        null,
        ProxyRig.endpoints(rig.backend(Http1Test::echoHead)));
    String seen =
        exchange(
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                + "GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertThat(seen).startsWith("HTTP/1.1 403").contains("RBAC: access denied", "GET /2");
  }

  @Test
  void cutsOffADeniedUploadThatGoesOn() throws IOException {
    rig.publish(
        Policies.deny(Policies.methods("POST")),
        null,
        ProxyRig.endpoints(rig.backend(Http1Test::echoHead)));
    try (var client = new RawClient(rig.http1Port())) {
      client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 403");
      assertThat(client.read(19)).isEqualTo("RBAC: access denied");
      try {
        client.send("x".repeat(200_000));
        assertThat(client.rest()).isEmpty();
      } catch (IOException reset) {
        assertThat(reset).hasMessageMatching(".*(reset|pipe).*");
      }
    }
  }

  @Test
  void carriesBodiesInChunksAndOfKnownLength() throws IOException {
    rig.serve(
        rig.backend(request ->
            request
                .body()
                .onSuccess(body ->
                    request
                        .response()
                        .end(
                            request.getHeader("transfer-encoding")
                                + "|"
                                + request.getHeader("content-length")
                                + "|"
                                + body))));
    assertThat(
            once("POST /", "Transfer-Encoding: chunked\r\n", "\r\n5;x=y\r\nhello\r\n0\r\nA: b\r\n"))
        .contains("chunked|null|hello");
    assertThat(once("POST /", "Content-Length: 5\r\n", "\r\nhello")).contains("null|5|hello");
    assertThat(once("POST /")).contains("null|0|");
    assertThat(once("GET /")).contains("null|null|");
  }

  @Test
  void serves10WithAnEndThatItUnderstands() throws IOException {
    rig.serve(
        rig.backend(request -> {
          request.response().setChunked(true).write("one ");
          request.response().end("two");
        }));
    String seen = exchange("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    assertThat(seen).contains("one two").doesNotContain("ransfer-encoding", "\r\n0\r\n");
  }

  @Test
  void saysCloseWhileDraining() throws Exception {
    rig.serve(rig.backend(Http1Test::echoHead));
    try (var client = new RawClient(rig.http1Port())) {
      client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.head()).doesNotContain("connection: close");
      rig.onLoop(() -> rig.proxy().drain());
      client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.rest()).contains("connection: close", "GET /2");
    }
    rig.onLoop(() -> assertThat(rig.proxy().active()).isZero());
  }
}
