// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What HTTP can do passes through two tunnels as if there were none. */
@Timeout(60)
class ProtocolsIT {
  private static final EventLoopGroup LOOP =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @TempDir private static Path folder;
  private static Stage stage;

  private record Answer(HttpClientResponse head, String body) {}

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder);
    stage.serve("web", "http", ProtocolsIT::application).open();
  }

  @AfterAll
  static void close() {
    stage.close();
    LOOP.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static void application(HttpServerRequest request) {
    switch (request.path()) {
      case "/continue" -> {
        request.response().writeContinue();
        echo(request);
      }
      case "/refuse" -> request.response().setStatusCode(417).end("no");
      case "/nothing" -> request.response().setStatusCode(204).end();
      case "/known" -> request.response().setStatusCode(304).putHeader("etag", "\"1\"").end();
      case "/page" -> request.response().putHeader("content-length", "12").end(page(request));
      default -> echo(request);
    }
  }

  private static Buffer page(HttpServerRequest request) {
    return request.method().equals(HttpMethod.HEAD)
        ? Buffer.buffer()
        : Buffer.buffer("twelve bytes");
  }

  /** The body as it came, and its length behind it. */
  private static void echo(HttpServerRequest request) {
    request
        .body()
        .onSuccess(body ->
            request
                .response()
                .setChunked(true)
                .putHeader("x-version", request.version().name())
                .putTrailer("x-length", Integer.toString(body.length()))
                .end(body));
  }

  private static SocksSocket connect() throws IOException {
    return new SocksSocket(stage.mesh().outbound(), Stage.CALLER, "web", 80);
  }

  @Test
  void bothWaysLeadThroughTunnelsWhosePeersAreKnown() {
    assertThat(ask(stage.http1(1), HttpMethod.GET, "/").head().statusCode()).isEqualTo(200);

    assertThat(stage.metrics())
        .containsPattern(
            "istio_requests_total\\{[^}]*source_principal=\"spiffe://cluster.local/ns/default/sa/sleep\""
                + "[^}]*destination_principal=\"spiffe://cluster.local/ns/default/sa/web\""
                + "[^}]*connection_security_policy=\"mutual_tls\"");
  }

  @Test
  void http2RequestMayEndWithTrailersAndItsAnswerBringsTrailers() throws Exception {
    try (var socket = new Http2Socket(LOOP, stage.mesh().outbound(), Stage.CALLER, "web", 80)) {
      var trailers = new DefaultHttp2Headers().add("x-sum", "5");

      var answer = socket.send(Http2Socket.post("web", "/echo"), "hello", trailers).whole();

      assertThat(answer.head().status()).hasToString("200");
      assertThat(answer.head().get("x-version")).hasToString(HttpVersion.HTTP_2.name());
      assertThat(answer.body()).isEqualTo("hello");
      assertThat(answer.trailers().get("x-length")).hasToString("5");
    }
  }

  @Test
  void http2WithPriorKnowledgeCarriesManyRequestsOnOneConnection() {
    HttpClient client = stage.http2();
    for (int i = 0; i < 50; i++) {
      String body = "x".repeat(i * 1_000);

      Answer answer = ask(client, HttpMethod.POST, "/echo", body);

      assertThat(answer.head().statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(body);
      assertThat(answer.head().getTrailer("x-length")).isEqualTo(Integer.toString(body.length()));
    }
  }

  @Test
  void bodyIsSentOnlyWhenTheApplicationWantsIt() throws IOException {
    try (SocksSocket socket = connect()) {
      for (int i = 0; i < 2; i++) {
        socket.send(
            "POST /continue HTTP/1.1\r\n"
                + "Host: web\r\n"
                + "Expect: 100-continue\r\n"
                + "Content-Length: 4\r\n\r\n");
        assertThat(socket.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        socket.send("body");
        assertThat(socket.head()).startsWith("HTTP/1.1 200 ");
        assertThat(socket.until("\r\n\r\n")).isEqualTo("4\r\nbody\r\n0\r\nx-length: 4\r\n\r\n");
      }
    }
  }

  @Test
  void bodyThatTheApplicationRefusesIsNeverSent() throws IOException {
    try (SocksSocket socket = connect()) {
      socket.send(
          "POST /refuse HTTP/1.1\r\n"
              + "Host: web\r\n"
              + "Expect: 100-continue\r\n"
              + "Content-Length: 4\r\n\r\n");

      // Whether the body comes nobody knows, so that the connection cannot go on.
      assertThat(socket.rest())
          .startsWith("HTTP/1.1 417 ")
          .containsIgnoringCase("connection: close\r\n")
          .endsWith("\r\n\r\nno");
    }
  }

  @Test
  void chunkedUploadWithTrailersIsOneBody() throws IOException {
    try (SocksSocket socket = connect()) {
      socket.send(
          "POST /echo HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n"
              + "5;a=b\r\nhello\r\n");
      socket.send("6\r\n world\r\n0\r\nx-sum: 11\r\n\r\nGET /page HTTP/1.1\r\nHost: web\r\n\r\n");

      assertThat(socket.head()).startsWith("HTTP/1.1 200 ");
      assertThat(socket.until("0\r\nx-length: 11\r\n\r\n")).startsWith("b\r\nhello world\r\n");
      assertThat(socket.head()).startsWith("HTTP/1.1 200 ");
      assertThat(socket.read(12)).isEqualTo("twelve bytes");
    }
  }

  @Test
  void answersWithoutBodyKeepTheConnection() throws IOException {
    try (SocksSocket socket = connect()) {
      socket.send("HEAD /page HTTP/1.1\r\nHost: web\r\n\r\n");
      assertThat(socket.head()).startsWith("HTTP/1.1 200 ").containsIgnoringCase("length: 12\r\n");
      socket.send("GET /nothing HTTP/1.1\r\nHost: web\r\n\r\n");
      assertThat(socket.head())
          .startsWith("HTTP/1.1 204 ")
          .doesNotContainIgnoringCase("content-length")
          .doesNotContainIgnoringCase("transfer-encoding");
      socket.send("GET /known HTTP/1.1\r\nHost: web\r\nIf-None-Match: \"1\"\r\n\r\n");
      assertThat(socket.head())
          .startsWith("HTTP/1.1 304 ")
          .containsIgnoringCase("etag: \"1\"\r\n")
          .doesNotContainIgnoringCase("transfer-encoding");
      socket.send("GET /page HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
      assertThat(socket.rest()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\ntwelve bytes");
    }
  }

  private static Answer ask(HttpClient client, HttpMethod method, String path) {
    return ask(client, method, path, "");
  }

  private static Answer ask(HttpClient client, HttpMethod method, String path, String body) {
    return client
        .request(method, 80, "web", path)
        // On the client's loop: attached from here, the reader could be late for the body.
        .compose(request -> request.send(body).compose(ProtocolsIT::read))
        .await();
  }

  private static Future<Answer> read(HttpClientResponse response) {
    return response.body().map(body -> new Answer(response, body.toString()));
  }
}
