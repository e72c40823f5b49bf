// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What applications do wrong, byte for byte. */
class UpstreamFaultTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private String ask(String bytes) throws IOException {
    try (var client = new RawClient(rig.http1Port())) {
      client.send(bytes);
      return client.rest();
    }
  }

  private String askOf(RawServer server, String bytes) throws IOException {
    rig.serve(ProxyRig.endpoint(server.port()));
    return ask(bytes);
  }

  private static int closedPort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void goesToAnotherEndpointWhenOneCannotBeReached() throws IOException {
    try (var server =
        new RawServer(c -> {
          while (true) {
            c.request();
            c.send(OK);
          }
        })) {
      rig.serve(ProxyRig.endpoint(closedPort()), ProxyRig.endpoint(server.port()));
      for (int i = 0; i < 10; i++) {
        assertThat(ask(LAST)).startsWith("HTTP/1.1 200").endsWith("ok");
      }
    }
  }

  @Test
  void answers503WhenNoEndpointCanBeReached() throws IOException {
    rig.serve(ProxyRig.endpoint(closedPort()), ProxyRig.endpoint(closedPort()));
    assertThat(ask(LAST))
        .startsWith("HTTP/1.1 503")
        .contains("upstream connect error or disconnect/reset before headers. reset reason: ");
  }

  @Test
  void repeatsARequestThatAKeptConnectionSwallowed() throws IOException {
    try (var server =
        new RawServer(
            c -> {
              c.request();
              c.send(OK);
              c.request();
            },
            c -> {
              c.request();
              c.send(OK);
              c.untilClosed();
            })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(GET);
        assertThat(client.until("ok")).startsWith("HTTP/1.1 200");
        client.send(LAST);
        assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("ok");
      }
      assertThat(server.heads).hasSize(3);
    }
  }

  @Test
  void doesNotRepeatWhatMayHaveBeenDone() throws IOException {
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send(OK);
          c.request();
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(GET);
        assertThat(client.until("ok")).startsWith("HTTP/1.1 200");
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 503");
      }
      assertThat(server.heads).hasSize(2);
    }
  }

  @Test
  void aFreshConnectionThatIsClosedIsNotRetried() throws IOException {
    try (var server = new RawServer(c -> c.request())) {
      assertThat(askOf(server, LAST))
          .startsWith("HTTP/1.1 503")
          .endsWith("reset reason: connection termination");
      assertThat(server.heads).hasSize(1);
    }
  }

  @Test
  void neverMakesABrokenAnswerLookWhole() throws IOException {
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        })) {
      assertThat(askOf(server, GET)).contains("5\r\nhello\r\n").doesNotContain("\r\n0\r\n");
    }
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
          c.reset();
        })) {
      String seen = askOf(server, GET);
      assertThat(seen)
          .satisfiesAnyOf(
              s -> assertThat(s).endsWith("hello").containsIgnoringCase("content-length: 10"),
              s -> assertThat(s).startsWith("HTTP/1.1 503"));
    }
  }

  @Test
  void answers502ToWhatIsNotHttp() throws IOException {
    for (String nonsense :
        new String[] {
          "ICY 200 OK\r\n\r\n",
          "HTTP/1.1 99 X\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 1000 X\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
          "HTTP/1.1 200 OK\r\nX: " + "y".repeat(70_000) + "\r\n\r\n",
        }) {
      try (var server =
          new RawServer(c -> {
            c.request();
            c.send(nonsense);
            c.untilClosed();
          })) {
        assertThat(askOf(server, LAST)).as(nonsense).startsWith("HTTP/1.1 502");
      }
    }
  }

  @Test
  void earlyHintsLoseWhatConcernsTheConnection() throws IOException {
    String hint =
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
            + "Keep-Alive: timeout=1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (String given :
        new String[] {hint, hint.replace("Transfer-Encoding: chunked", "Content-Length: 9")}) {
      try (var server =
          new RawServer(c -> {
            c.request();
            c.send(given + OK);
            c.untilClosed();
          })) {
        String seen = askOf(server, LAST);
        String early = seen.substring(0, seen.indexOf("\r\n\r\n"));
        assertThat(early).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </x>");
      }
    }
  }

  @Test
  void forwardsEarlyHintsButNotAStormOfThem() throws IOException {
    String hint = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send(hint + hint + OK);
          c.untilClosed();
        })) {
      String seen = askOf(server, LAST);
      assertThat(seen.split("HTTP/1.1 103", -1)).hasSize(3);
      assertThat(seen).contains("HTTP/1.1 200", "</x>");
    }
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send(hint.repeat(1_000) + OK);
          c.untilClosed();
        })) {
      String seen = askOf(server, LAST);
      assertThat(seen.split("HTTP/1.1 103", -1)).hasSizeLessThan(11);
      assertThat(seen).contains("HTTP/1.1 502").doesNotContain("HTTP/1.1 200");
    }
  }

  @Test
  void asksTheEndpointBeforeItLetsTheBodyCome() throws IOException {
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send("HTTP/1.1 100 Continue\r\n\r\n");
          c.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + c.read(5));
          c.untilClosed();
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        client.send("hello");
        assertThat(client.until("hello")).startsWith("HTTP/1.1 200").doesNotContain("close");
      }
    }
  }

  @Test
  void policyComesBeforeContinue() throws IOException {
    try (var server = new RawServer(c -> c.send("HTTP/1.1 100 Continue\r\n\r\n"))) {
      rig.publish(
          Policies.deny(Policies.methods("POST")),
          null,
          ProxyRig.endpoints(ProxyRig.endpoint(server.port())));
      String seen =
          ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(seen).startsWith("HTTP/1.1 403").contains("connection: close");
    }
  }

  @Test
  void doesNotKeepAConnectionWhoseRequestWasNotRead() throws Exception {
    var closed = new CountDownLatch(1);
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
          c.untilClosed();
          closed.countDown();
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n0123456789");
        assertThat(client.until("no")).startsWith("HTTP/1.1 413");
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void aCallerThatLeavesTakesTheRequestAlong() throws Exception {
    var asked = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    try (var server =
        new RawServer(c -> {
          c.request();
          asked.countDown();
          c.untilClosed();
          closed.countDown();
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(GET);
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      rig.onLoop(() -> assertThat(rig.proxy().active()).isZero());
    }
  }

  @Test
  void answersWithoutBodyStayWithoutBody() throws IOException {
    try (var server =
        new RawServer(c -> {
          while (true) {
            String head = c.request();
            if (head.startsWith("HEAD")) {
              c.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
            } else if (head.startsWith("GET /204")) {
              c.send("HTTP/1.1 204 No Content\r\n\r\n");
            } else if (head.startsWith("GET /304")) {
              c.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\nETag: x\r\n\r\n");
            } else {
              c.send(OK);
            }
          }
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.head()).containsIgnoringCase("content-length: 1234");
        client.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.head())
            .startsWith("HTTP/1.1 204")
            .doesNotContainIgnoringCase("content-length")
            .doesNotContainIgnoringCase("transfer-encoding");
        client.send("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.head())
            .startsWith("HTTP/1.1 304")
            .containsIgnoringCase("etag: x")
            .doesNotContainIgnoringCase("transfer-encoding");
        client.send(LAST);
        assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("ok");
      }
      assertThat(server.heads).hasSize(4);
    }
  }

  @Test
  void carriesAnswersOfUnknownLengthAndTheirTrailers() throws IOException {
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
        })) {
      assertThat(askOf(server, LAST)).contains("until the end").endsWith("0\r\n\r\n");
    }
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                  + "2\r\nok\r\n0\r\nX-Sum: 7\r\nContent-Length: 5\r\nHost: evil\r\n\r\n");
          c.untilClosed();
        })) {
      assertThat(askOf(server, LAST))
          .contains("2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n")
          .doesNotContain("evil");
    }
  }
}
