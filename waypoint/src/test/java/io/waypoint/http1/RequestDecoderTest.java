// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waypoint.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Every case is fed whole, byte by byte, and cut at every place. */
class RequestDecoderTest {
  private static final RequestLimits LIMITS = new RequestLimits(200, 400, 5);
  private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\n";
  private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

  /** What comes out, in words; parts of one body are joined. */
  private static String read(String input, int first, int piece) {
    byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
    var decoder = new RequestDecoder(LIMITS);
    ByteBuf in = Unpooled.buffer();
    var words = new StringBuilder();
    try {
      for (int at = 0, next = first; at < bytes.length; at = next, next += piece) {
        in.writeBytes(bytes, at, Math.min(next, bytes.length) - at);
        boolean more = true;
        while (more) {
          more = step(decoder, in, words);
        }
      }
      return words.toString();
    } finally {
      in.release();
    }
  }

  private static boolean step(RequestDecoder decoder, ByteBuf in, StringBuilder words) {
    switch (decoder.next(in)) {
      case HEAD -> {
        words.append(decoder.method()).append(' ').append(decoder.takeTarget());
        words.append(' ').append(decoder.version()).append('\n').append(decoder.takeFields());
        words.append(decoder.insideBody() ? "<" : "<>");
      }
      case PART -> {
        words.append(in.readCharSequence(decoder.part(), StandardCharsets.ISO_8859_1));
        decoder.taken();
        words.append(decoder.insideBody() ? "" : ">");
      }
      case END -> words.append('>');
      case BROKEN -> {
        words.append(decoder.refusal());
        in.skipBytes(in.readableBytes());
        return false;
      }
      case MORE -> {
        return false;
      }
    }
    return true;
  }

  private static String read(String input) {
    String whole = read(input, input.length(), 1);
    assertThat(read(input, 1, 1).replaceAll("(REQUEST_\\w+?)(\\1)+$", "$1"))
        .as("byte by byte")
        .isEqualTo(whole);
    for (int cut = 1; cut < input.length(); cut++) {
      assertThat(read(input, cut, input.length()).replaceAll("(REQUEST_\\w+?)(\\1)+$", "$1"))
          .as("cut at %s", cut)
          .isEqualTo(whole);
    }
    return whole;
  }

  private static void refused(String input, Refusal reason) {
    String words = read(input + SMUGGLED);
    assertThat(words).as(input).endsWith(reason.name()).doesNotContain("smuggled");
  }

  @Test
  void readsHeadsOneAfterTheOther() {
    assertThat(
            read(
                "GET /a?b HTTP/1.1\r\nHost: x\r\nA:b\r\na: \t c d \r\nE:\r\n\r\n"
                    + "\r\nHEAD * HTTP/1.0\r\n\r\n"))
        .isEqualTo("GET /a?b HTTP_1_1\nHost: x\nA: b\na: c d\nE: \n<>HEAD * HTTP_1_0\n<>");
  }

  @Test
  void readsBodiesOfKnownLength() {
    assertThat(read(HEAD + "Content-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n"))
        .endsWith("<hello>GET / HTTP_1_1\n<>");
    assertThat(read(HEAD + "content-length: 0\r\n\r\n")).endsWith("<>");
  }

  @Test
  void readsBodiesInChunksAndDropsTheirTrailers() {
    assertThat(
            read(
                CHUNKED
                    + "5;a=\"b c\";d\r\nhello\r\n00a\r\n0123456789\r\n0\r\nA: b\r\nC: d\r\n\r\n"
                    + "GET / HTTP/1.1\r\n\r\n"))
        .endsWith("<hello0123456789>GET / HTTP_1_1\n<>");
    assertThat(read(CHUNKED + "0\r\n\r\nGET / HTTP/1.1\r\n\r\n")).endsWith("<>GET / HTTP_1_1\n<>");
  }

  @Test
  void refusesTwoWaysToSeeTheEnd() {
    refused(
        HEAD + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", //
        Refusal.REQUEST_FRAMING);
    refused(
        HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        Refusal.REQUEST_FRAMING);
    refused(
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Refusal.REQUEST_FRAMING);
  }

  @Test
  void refusesLengthsThatAreNotOnePlainNumber() {
    for (String length :
        new String[] {
          "",
          "+1",
          "-1",
          "1 ,1",
          "1, 1",
          "0x1",
          "1.0",
          "1\u00b2",
          "1 1",
          "1;",
          "\"1\"",
          "9999999999999999999",
          "18446744073709551617"
        }) {
      refused(HEAD + "Content-Length: " + length + "\r\n\r\n", Refusal.REQUEST_CONTENT_LENGTH);
    }
    refused(
        HEAD + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", //
        Refusal.REQUEST_CONTENT_LENGTH);
    refused(
        HEAD + "Content-Length: 0\r\ncontent-length: 34\r\n\r\n", Refusal.REQUEST_CONTENT_LENGTH);
  }

  @Test
  void refusesEveryOtherTransferEncoding() {
    for (String coding :
        new String[] {
          "",
          "gzip",
          "identity",
          "chunked, chunked",
          "gzip, chunked",
          "chunked;q=1",
          "xchunked",
          "chunked ,",
          "\"chunked\"",
          "chun\u212aed".replace('\u212a', 'K') + "x"
        }) {
      refused(
          HEAD + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n",
          Refusal.REQUEST_TRANSFER_ENCODING);
    }
    refused(
        CHUNKED.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Refusal.REQUEST_TRANSFER_ENCODING);
    refused(HEAD + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
    refused(
        HEAD + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
    refused(HEAD + "Transfer\u00ad-Encoding: chunked\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
  }

  @Test
  void refusesLinesThatEndInAnotherWay() {
    refused("GET / HTTP/1.1\nHost: a\r\n\r\n", Refusal.REQUEST_LINE_END);
    refused("GET / HTTP/1.1\r\nHost: a\n\r\n", Refusal.REQUEST_LINE_END);
    refused("GET / HTTP/1.1\r\nHost: a\r\n\n", Refusal.REQUEST_LINE_END);
    refused("GET / HTTP/1.1\n\n", Refusal.REQUEST_LINE_END);
    refused(
        "GET / HTTP/1.1\r\nA: b\rTransfer-Encoding: chunked\r\n\r\n", //
        Refusal.REQUEST_LINE_END);
    refused("GET / HTTP/1.1\r\nA: b\r\r\n\r\n", Refusal.REQUEST_LINE_END);
    refused("\nGET / HTTP/1.1\r\n\r\n", Refusal.REQUEST_LINE_END);
    refused("\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", Refusal.REQUEST_LINE);
  }

  @Test
  void refusesFieldsThatAreNone() {
    refused(HEAD + "A: b\r\n c\r\n\r\n", Refusal.REQUEST_FIELD_FOLDED);
    refused(HEAD + "A: b\r\n\tc\r\n\r\n", Refusal.REQUEST_FIELD_FOLDED);
    refused("GET / HTTP/1.1\r\n Host: a\r\n\r\n", Refusal.REQUEST_FIELD_FOLDED);
    refused(HEAD + "A : b\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
    refused(HEAD + "A\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
    refused(HEAD + ": b\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
    refused(HEAD + "A\0: b\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
    refused(HEAD + "A: b\0c\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
    refused(HEAD + "A: \u007f\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
    refused(HEAD + "A(b): c\r\n\r\n", Refusal.REQUEST_FIELD_SYNTAX);
  }

  @Test
  void refusesRequestLinesThatAreNone() {
    for (String line :
        new String[] {
          "GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1",
          "GET /a b HTTP/1.1", "GET\t/ HTTP/1.1", "GET / http/1.1", "GET / HTTP/11",
              "G(T / HTTP/1.1",
          "GET /\0 HTTP/1.1", "GET /\u00e9 HTTP/1.1", "GET / HTTP/1.1\u000b"
        }) {
      refused(line + "\r\nHost: a\r\n\r\n", Refusal.REQUEST_LINE);
    }
    refused("GET / HTTP/1.2\r\n\r\n", Refusal.REQUEST_VERSION);
    refused("GET / HTTP/2.0\r\n\r\n", Refusal.REQUEST_VERSION);
    refused("GET / HTTP/0.1\r\n\r\n", Refusal.REQUEST_VERSION);
  }

  @Test
  void refusesChunksThatAreNone() {
    for (String chunk :
        new String[] {
          "\r\n",
          "g\r\n",
          "+5\r\nhello\r\n",
          "-1\r\n",
          "0x5\r\nhello\r\n",
          " 5\r\nhello\r\n",
          "5 \r\nhello\r\n",
          "5\nhello\r\n",
          "5\rhello\r\n",
          "5\r\nhelloo\r\n",
          "5\r\nhello\n0\r\n",
          "5\r\nhello\rX",
          "100000005\r\nhello\r\n",
          "fffffffff\r\n",
          "80000000\r\n",
          "5;a=\0\r\nhello\r\n",
          "5;a\rb\r\nhello\r\n",
          "5,5\r\nhello\r\n",
          "5;" + "x".repeat(2000) + "\r\nhello\r\n"
        }) {
      refused(CHUNKED + chunk, Refusal.REQUEST_CHUNK);
    }
    refused(CHUNKED + ("1;" + "x".repeat(1000) + "\r\na\r\n").repeat(17), Refusal.REQUEST_CHUNK);
  }

  @Test
  void refusesTrailersThatAreNone() {
    refused(CHUNKED + "0\r\nA : b\r\n\r\n", Refusal.REQUEST_TRAILER);
    refused(CHUNKED + "0\r\nA: b\n\r\n", Refusal.REQUEST_TRAILER);
    refused(CHUNKED + "0\r\n\n", Refusal.REQUEST_TRAILER);
    refused(CHUNKED + "0\r\n c\r\n\r\n", Refusal.REQUEST_TRAILER);
    refused(CHUNKED + "0\r\n" + "A: b\r\n".repeat(6) + "\r\n", Refusal.REQUEST_TRAILER);
    refused(CHUNKED + "0\r\nA: " + "b".repeat(500) + "\r\n\r\n", Refusal.REQUEST_TRAILER);
    refused(CHUNKED + "0\r\n" + SMUGGLED, Refusal.REQUEST_TRAILER);
  }

  @Test
  void stopsAtItsLimits() {
    refused("GET /" + "a".repeat(200) + " HTTP/1.1\r\n\r\n", Refusal.REQUEST_TARGET_TOO_LONG);
    refused("a".repeat(300), Refusal.REQUEST_TARGET_TOO_LONG);
    refused("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(6), Refusal.REQUEST_TOO_MANY_FIELDS);
    refused("GET / HTTP/1.1\r\nA: " + "b".repeat(500), Refusal.REQUEST_FIELDS_TOO_LARGE);
    refused(
        "GET / HTTP/1.1\r\nA: " + "b".repeat(500) + "\r\n\r\n", //
        Refusal.REQUEST_FIELDS_TOO_LARGE);
  }
}
