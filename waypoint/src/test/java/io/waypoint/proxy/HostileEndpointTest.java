// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints whose answers could be understood in two ways, or that speak out of turn. */
class HostileEndpointTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.untilQuiet();
    rig.close();
  }

  /** The endpoint's next connection, on which it behaves. */
  private static void answer(RawServer.Connection connection) throws IOException {
    connection.request();
    connection.send(OK);
    connection.untilClosed();
  }

  private String ask(RawServer server, String bytes) throws IOException {
    rig.serve(ProxyRig.endpoint(server.port()));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(bytes);
      return client.rest();
    }
  }

  @Test
  void anAnswerThatIsNotStrictlyHttpIsNotPassedOn() throws IOException {
    for (String answer :
        List.of(
            "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
            "HTTP/1.1 200 OK\r\nX: a\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(300) + "Content-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nX: " + "y".repeat(70_000),
            "\r\n" + OK,
            "SSH-2.0-OpenSSH_9.6\r\n",
            "\0\1\2\3\n")) {
      try (var server =
          new RawServer(c -> {
            c.request();
            c.send(answer);
            c.untilClosed();
          })) {
        String seen = ask(server, LAST);
        assertThat(seen).as(answer).startsWith("HTTP/1.1 502").doesNotContain("HTTP/1.1 200");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello\r\nx\r\n",
        "5\r\nhello\r\n-1\r\n",
        "5\r\nhello\r\n0\r\nnot a field\r\n\r\n",
        "5\r\nhello\r\n0\r\nX: a\n\r\n",
        "5\nhello\n0\n\n"
      })
  void brokenChunksNeverMakeAWholeAnswer(String chunks) throws IOException {
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
          c.untilClosed();
        })) {
      assertThat(ask(server, GET)).doesNotContain("\r\n0\r\n");
    }
  }

  /** A second answer in one piece with the first would be taken for that of the next caller. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void whatFollowsAnAnswerIsNobodysAnswer(String method) throws IOException {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    try (var server =
        new RawServer(
            c -> {
              c.request();
              c.send((method.equals("HEAD") ? head : OK) + EVIL);
              c.untilClosed();
            },
            HostileEndpointTest::answer)) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200");
        client.send(LAST);
        assertThat(client.rest()).contains("HTTP/1.1 200").endsWith("ok").doesNotContain("evil");
      }
      assertThat(server.heads).hasSize(2);
    }
  }

  @Test
  void bytesUnaskedCloseAConnectionThatIsKept() throws Exception {
    var closed = new CountDownLatch(1);
    try (var server =
        new RawServer(
            c -> {
              c.request();
              c.send(OK);
              pause();
              c.send(EVIL);
              c.untilClosed();
              closed.countDown();
            },
            HostileEndpointTest::answer)) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(GET);
        assertThat(client.until("ok")).startsWith("HTTP/1.1 200");
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        client.send(LAST);
        assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("ok");
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** A body that breaks off must not end where the next request would begin. */
  @Test
  void aRequestThatBreaksOffTakesItsConnectionAlong() throws Exception {
    var rest = new StringBuffer();
    var closed = new CountDownLatch(1);
    try (var server =
        new RawServer(c -> {
          c.request();
          rest.append(c.read(1_000));
          closed.countDown();
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n0123456789");
        while (server.heads.isEmpty()) {
          pause();
        }
      }
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(rest.toString()).isEqualTo("0123456789");
    }
  }

  @Test
  void interimAnswersThatNobodyKnowsAreNeitherTheAnswerNorPassedOn() throws IOException {
    String unknown =
        "HTTP/1.1 102 Processing\r\nX-Step: 1\r\n\r\n"
            + "HTTP/1.1 104 Upload Resumption Supported\r\nUpload-Offset: 0\r\n\r\n";
    try (var server =
        new RawServer(c -> {
          for (int i = 0; i < 2; i++) {
            c.request();
            c.send(unknown);
            c.send(OK);
          }
          c.untilClosed();
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(GET);
        assertThat(client.until("ok")).startsWith("HTTP/1.1 200").doesNotContain("X-Step");
        client.send(LAST);
        assertThat(client.rest())
            .startsWith("HTTP/1.1 200")
            .doesNotContain("Upload")
            .endsWith("ok");
      }
      assertThat(server.heads).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 102, 103})
  void interimAnswersWithoutEndAreTheEndOfTheirConnection(int status) throws Exception {
    var closed = new CountDownLatch(1);
    try (var server =
        new RawServer(c -> {
          c.request();
          try {
            while (true) {
              c.send("HTTP/1.1 " + status + " X\r\n\r\n");
            }
          } finally {
            closed.countDown();
          }
        })) {
      assertThat(ask(server, LAST)).contains("HTTP/1.1 502").doesNotContain("HTTP/1.1 200");
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void anAnswerInSinglePiecesIsTheSame() throws IOException {
    String answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n"
            + "5;x=y\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n";
    try (var server =
        new RawServer(c -> {
          c.request();
          for (char each : answer.toCharArray()) {
            c.send(Character.toString(each));
          }
          c.untilClosed();
        })) {
      String seen = ask(server, LAST);
      assertThat(seen)
          .startsWith("HTTP/1.1 200")
          .contains("X-A: b")
          .endsWith("0\r\nX-Sum: 7\r\n\r\n");
      assertThat(seen.substring(seen.indexOf("\r\n\r\n")).replaceAll("[^helo]", ""))
          .isEqualTo("hello");
    }
  }

  /**
   * The loop sees what the endpoint says unasked, and in the same turn a request that would take
   * the connection before its end is known.
   */
  @Test
  void aConnectionThatSpokeUnaskedIsNotGivenOutBeforeItIsClosed() throws Exception {
    var speak = new CountDownLatch(1);
    try (var server =
        new RawServer(
            c -> {
              c.request();
              c.send(OK);
              c.until(speak);
              c.send(EVIL);
              c.untilClosed();
            },
            HostileEndpointTest::answer)) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(GET);
        assertThat(client.until("ok")).startsWith("HTTP/1.1 200");
        rig.onLoop(() -> {
          try {
            speak.countDown();
            pause();
            client.send(LAST);
            pause();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
        assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("ok");
      }
    }
  }

  /** There is none of 204, so that what follows would be taken for the next answer. */
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 50", "Transfer-Encoding: chunked"})
  void anAnswerThatMayHaveNoBodyButAnnouncesOneEndsItsConnection(String framing) throws Exception {
    try (var server =
        new RawServer(
            c -> {
              c.request();
              c.send("HTTP/1.1 204 No Content\r\n" + framing + "\r\n\r\n");
              c.request();
              c.send(EVIL);
              c.untilClosed();
            },
            HostileEndpointTest::answer)) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(GET);
        assertThat(client.head()).startsWith("HTTP/1.1 204");
        client.send(LAST);
        assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("ok");
      }
    }
  }
}
