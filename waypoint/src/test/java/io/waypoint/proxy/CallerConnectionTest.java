// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers on HTTP/1 as they are at their worst: the connection, its order and its end. */
class CallerConnectionTest {
  private static final String GET = "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String LAST = "GET /%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private static void echo(HttpServerRequest request) {
    request.body().onSuccess(body -> request.response().end(request.uri() + "=" + body));
  }

  private String exchange(String bytes) throws IOException {
    try (var client = new RawClient(rig.http1Port())) {
      client.send(bytes);
      return client.rest();
    }
  }

  private static int count(String text, String what) {
    return text.split(what, -1).length - 1;
  }

  @Test
  void readsARequestHoweverItIsCut() throws IOException {
    rig.serve(rig.backend(CallerConnectionTest::echo));
    String bytes =
        "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n"
            + "0\r\nA: b\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
            + "Connection: close\r\n\r\nbye";
    for (int cut = 1; cut < bytes.length(); cut += 7) {
      try (var client = new RawClient(rig.http1Port())) {
        client.send(bytes.substring(0, cut));
        rig.onLoop(() -> {});
        client.send(bytes.substring(cut));
        assertThat(client.rest()).as("cut at %s", cut).contains("/1=hello").endsWith("/2=bye");
      }
    }
  }

  @Test
  void answersOneAfterTheOtherWhateverIsSentAhead() throws IOException {
    var underWay = new AtomicInteger();
    var most = new AtomicInteger();
    rig.serve(
        rig.backend(request -> {
          most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
          rig.vertx.setTimer(
              2,
              id -> {
                underWay.decrementAndGet();
                request.response().end(request.uri());
              });
        }));
    var ahead = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      ahead.append(GET.formatted(i));
    }
    String seen = exchange(ahead + LAST.formatted("last"));
    assertThat(count(seen, "HTTP/1.1 200")).isEqualTo(101);
    assertThat(most).hasValue(1);
    for (int i = 1; i < 100; i++) {
      assertThat(seen.indexOf("\r\n\r\n/" + i + "HTTP")).isPositive();
    }
    assertThat(seen).endsWith("/last");
  }

  @Test
  void refusalsKeepTheirPlaceAmongTheAnswers() throws IOException {
    rig.serve(rig.backend(CallerConnectionTest::echo));
    String seen =
        exchange(
            GET.formatted("1")
                + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + GET.formatted("smuggled"));
    assertThat(seen).startsWith("HTTP/1.1 200").contains("/1=HTTP/1.1 400");
    assertThat(seen).contains("connection: close").doesNotContain("smuggled");
  }

  @Test
  void aBodyThatBreaksOffBreaksTheExchangeOff() throws IOException {
    var bodies = new ArrayList<Buffer>();
    rig.serve(rig.backend(request -> request.body().onSuccess(bodies::add)));
    assertThat(
            exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\nzz\r\n"
                    + GET.formatted("smuggled")))
        .isEmpty();
    rig.untilQuiet();
    assertThat(bodies).isEmpty();
  }

  @Test
  void anEarlyAnswerLeavesTheConnectionWhenTheRestIsSmall() throws IOException {
    rig.serve(
        rig.backend(request -> {
          if (request.uri().equals("/early")) {
            request.response().end("early");
          } else {
            echo(request);
          }
        }));
    try (var client = new RawClient(rig.http1Port())) {
      client.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\nx");
      assertThat(client.until("early")).startsWith("HTTP/1.1 200");
      client.send("x".repeat(9_999) + LAST.formatted("next"));
      assertThat(client.rest()).endsWith("/next=");
    }
  }

  @Test
  void aChunkedBodyThatGoesOnAfterTheAnswerIsCutOff() throws IOException {
    rig.serve(rig.backend(request -> request.response().end("early")));
    try (var client = new RawClient(rig.http1Port())) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
      assertThat(client.until("early")).startsWith("HTTP/1.1 200");
      String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
      try {
        client.send(chunk.repeat(40));
        assertThat(client.rest()).isEmpty();
      } catch (IOException reset) {
        assertThat(reset).hasMessageMatching(".*(reset|pipe).*");
      }
    }
    rig.untilQuiet();
  }

  /** Nothing that was read for a caller who has left is kept, and the exchange ends. */
  @Test
  void callersWhoLeaveInTheMiddleOfAnUploadLeaveNothingBehind() throws Exception {
    var left = new CountDownLatch(1);
    try (var server =
        new RawServer(c -> {
          c.request();
          c.until(left);
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      for (int i = 0; i < 20; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), rig.http1Port());
        Thread.ofVirtual().start(() -> pour(socket));
        while (server.heads.size() <= i) {
          Thread.sleep(1);
        }
        Thread.sleep(20);
        socket.setSoLinger(true, 0);
        socket.close();
      }
      // The application gives up too: now everybody learns of it.
      left.countDown();
      rig.untilQuiet();
    }
  }

  /** The proxy ends while bodies wait in it. */
  @Test
  void uploadsThatNobodyReadsAreLetGoAtTheEnd() throws Exception {
    var left = new CountDownLatch(1);
    List<Socket> callers = new ArrayList<>();
    try (var server =
        new RawServer(c -> {
          c.request();
          c.until(left);
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      for (int i = 0; i < 5; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), rig.http1Port());
        callers.add(socket);
        Thread.ofVirtual().start(() -> pour(socket));
      }
      while (server.heads.size() < callers.size()) {
        Thread.sleep(1);
      }
      Thread.sleep(200);
      Thread closing = Thread.ofVirtual().start(rig::close);
      // What waits for this application would hold the end up.
      Thread.sleep(200);
      left.countDown();
      closing.join();
    } finally {
      left.countDown();
      for (Socket socket : callers) {
        socket.close();
      }
    }
  }

  private static void pour(Socket socket) {
    byte[] piece = new byte[64 * 1024];
    try {
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n"
              .getBytes(StandardCharsets.ISO_8859_1));
      for (int i = 0; i < 1_000; i++) {
        out.write(piece);
      }
    } catch (IOException left) {
      assertThat(socket.isClosed() || left.getMessage() != null).isTrue();
    }
  }

  @Test
  void callersWhoLeaveInTheMiddleOfADownloadEndIt() throws Exception {
    rig.serve(
        rig.backend(request -> {
          request.response().putHeader("content-length", "100000000");
          FlowTest.pour(request.response(), new AtomicLong());
        }));
    for (int i = 0; i < 20; i++) {
      try (var client = new RawClient(rig.http1Port())) {
        client.send(GET.formatted(""));
        assertThat(client.head()).startsWith("HTTP/1.1 200");
      }
    }
    rig.untilQuiet();
  }

  @Test
  void whatIsSentAheadOfASlowAnswerIsBounded() throws Exception {
    rig.serve(rig.backend(request -> {}));
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), rig.http1Port())) {
      var sent = new AtomicLong();
      Thread.ofVirtual()
          .start(() -> {
            byte[] ahead = GET.formatted("x".repeat(4_000)).getBytes(StandardCharsets.US_ASCII);
            try {
              while (true) {
                socket.getOutputStream().write(ahead);
                sent.addAndGet(ahead.length);
              }
            } catch (IOException closed) {
              sent.addAndGet(0);
            }
          });
      long last = -1;
      for (int same = 0; same < 8; same = sent.get() == last && last > 0 ? same + 1 : 0) {
        last = sent.get();
        Thread.sleep(50);
      }
      assertThat(last).isLessThan(20L * 1024 * 1024);
    }
  }

  @Test
  void answersThatNobodyReadsStopTheRequests() throws Exception {
    var answered = new AtomicInteger();
    var answer = Buffer.buffer("x".repeat(100_000));
    rig.serve(
        rig.backend(request -> {
          answered.incrementAndGet();
          request.response().end(answer);
        }));
    try (var client = new RawClient(rig.http1Port())) {
      // Few bytes ask for a lot: 400 MB.
      client.send(GET.formatted("").repeat(4_000) + LAST.formatted("last"));
      int last = -1;
      for (int same = 0; same < 8; same = answered.get() == last && last > 0 ? same + 1 : 0) {
        last = answered.get();
        Thread.sleep(50);
      }
      assertThat(last).isLessThan(300);
      assertThat(count(client.rest(), "HTTP/1.1 200")).isEqualTo(4_001);
    }
  }

  /** A body without an announced end, broken off: for HTTP/1.0 only a reset tells it. */
  @Test
  void anAnswerThatBreaksOffIsNeverTakenForWhole() throws Exception {
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      assertThat(exchange(LAST.formatted(""))).contains("hello").doesNotContain("\r\n0\r\n\r\n");
      try (var client = new RawClient(rig.http1Port())) {
        client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
        assertThatThrownBy(client::rest)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("reset");
      }
    }
  }

  @Test
  void answersWithoutBodyHaveNone() throws IOException {
    rig.serve(
        rig.backend(request ->
            request
                .response()
                .setStatusCode(request.uri().equals("/") ? 200 : 304)
                .putHeader("content-length", "1000")
                .end(request.uri().equals("/") ? Buffer.buffer(new byte[1000]) : Buffer.buffer())));
    String seen =
        exchange(
            "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET.formatted("304") + LAST.formatted("304"));
    assertThat(count(seen, "HTTP/1.1 ")).isEqualTo(3);
    assertThat(seen).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    assertThat(count(seen, "ontent-length: 1000")).isEqualTo(3);
    assertThat(seen).doesNotContain("ransfer-encoding").doesNotContain("\0");
  }

  @Test
  void keepsAConnectionOf10ThatAsksForIt() throws IOException {
    rig.serve(rig.backend(CallerConnectionTest::echo));
    try (var client = new RawClient(rig.http1Port())) {
      for (int i = 0; i < 3; i++) {
        client.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.until("/=")).startsWith("HTTP/1.0 200").contains("keep-alive");
      }
      client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
      assertThat(client.rest()).contains("connection: close").endsWith("/=");
    }
  }

  @Test
  void tellsTheCallerToGoOn() throws IOException {
    rig.serve(
        rig.backend(request -> {
          request.response().writeContinue();
          echo(request);
        }));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("ok");
      assertThat(client.until("/=ok")).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }
}
