// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers read in one piece, byte by byte, and in two pieces at every place. */
class ResponseReaderTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

  private static Recorded read(String bytes) {
    return read(bytes, false, false);
  }

  private static Recorded read(String bytes, boolean head, boolean upgrade) {
    Recorded whole = Recorded.of(bytes, head, upgrade);
    assertThat(Recorded.slowly(bytes, head, upgrade)).hasToString(whole.toString());
    for (int i = 1; i < bytes.length(); i++) {
      Recorded split = Recorded.of(bytes, head, upgrade, i);
      assertThat(split).as("split at %s", i).hasToString(whole.toString());
    }
    return whole;
  }

  @Test
  void aBodyEndsWithItsLength() {
    Recorded read = read(OK + "Content-Length: 5\r\nX-A:  b c \t\r\nempty:\r\n\r\nhello");

    assertThat(read).hasToString("200 [Content-Length=5, X-A=b c, empty=] {hello}");
    assertThat(read.isReusable()).isTrue();
    assertThat(read(OK + "content-length: 0\r\n\r\n")).hasToString("200 [content-length=0] {}");
    assertThat(read(OK + "content-length: 5\r\n\r\nhell").failure()).isEqualTo("incomplete");
  }

  @Test
  void chunksAreJoinedAndTrailersKept() {
    Recorded read =
        read(CHUNKED + "5\r\nhello\r\n00a;x=\"y\"\r\n, wide wor\r\n2 \r\nld\r\n0\r\nT: 1\r\n\r\n");

    assertThat(read).hasToString("200 [Transfer-Encoding=chunked] {hello, wide world}[T=1]");
    assertThat(read.isReusable()).isTrue();
    assertThat(read(CHUNKED + "0\r\n\r\n")).hasToString("200 [Transfer-Encoding=chunked] {}");
    assertThat(read(CHUNKED + "5\r\nhello\r\n0\r\n").failure()).isEqualTo("incomplete");
    assertThat(read(CHUNKED + "5\r\nhello\r\n").failure()).isEqualTo("incomplete");
  }

  @Test
  void withoutALengthTheConnectionsEndIsTheBodys() {
    Recorded read = read("HTTP/1.0 200\r\n\r\nuntil the end");

    assertThat(read).hasToString("200 (1.0) [] {until the end}");
    assertThat(read.isReusable()).isFalse();
    assertThat(read(OK + "\r\n")).hasToString("200 [] {}");
  }

  @Test
  void someAnswersHaveNoBodyWhateverTheySay() {
    assertThat(read(OK + "Content-Length: 99\r\n\r\n", true, false))
        .hasToString("200 [Content-Length=99] {}");
    assertThat(read(CHUNKED, true, false)).hasToString("200 [Transfer-Encoding=chunked] {}");
    assertThat(read("HTTP/1.1 204 No\r\n\r\n")).hasToString("204 [] {}");
    Recorded notModified = read("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
    assertThat(notModified).hasToString("304 [Content-Length=9] {}");
    assertThat(notModified.isReusable()).isTrue();
  }

  @Test
  void interimAnswersComeBeforeTheLast() {
    assertThat(
            read(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                    + "HTTP/1.1 404 \r\nContent-Length: 2\r\n\r\nno"))
        .hasToString("100 []\n103 [Link=</x>]\n404 [Content-Length=2] {no}");
    assertThat(read("HTTP/1.1 100 Continue\r\n\r\n").failure()).isEqualTo("incomplete");
  }

  /** RFC 9110 section 15.2: they are parsed, and may be ignored. */
  @Test
  void interimAnswersThatNobodyKnowsAreLeftOut() {
    String processing = "HTTP/1.1 102 Processing\r\nX: y\r\n\r\n";

    assertThat(
            read(
                processing
                    + "HTTP/1.1 104 Upload Resumption Supported\r\nUpload-Offset: 5\r\n\r\n"
                    + "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 199 \r\nContent-Length: 5\r\n\r\n"
                    + OK
                    + "Content-Length: 2\r\n\r\nok"))
        .hasToString("100 []\n200 [Content-Length=2] {ok}");
    Recorded bodiless = read(processing + "HTTP/1.1 204 No\r\n\r\n");
    assertThat(bodiless).hasToString("204 [] {}");
    assertThat(bodiless.isReusable()).isTrue();
    assertThat(read(processing).failure()).isEqualTo("incomplete");
  }

  @Test
  void interimAnswersEndSomeTime() {
    String last = "HTTP/1.1 204 No\r\n\r\n";
    for (int status : new int[] {100, 102, 103}) {
      String interim = "HTTP/1.1 " + status + " X\r\n\r\n";
      String most = interim.repeat(ResponseReader.MOST_INTERIM);
      assertThat(Recorded.of(most + last, false).isWhole()).isTrue();
      assertThat(Recorded.of(most + interim + last, false).failure()).isEqualTo("malformed");
      assertThat(Recorded.slowly(most + interim, false, false).failure()).isEqualTo("malformed");
    }
  }

  @Test
  void anotherProtocolBeginsOnlyWhereItWasAskedFor() {
    String agreed = "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n";

    assertThat(read(agreed + "bytes\r\n\0", false, true))
        .hasToString("101 [Upgrade=x] {bytes\r\n\0}");
    Recorded unasked = read(agreed, false, false);
    assertThat(unasked).hasToString("101 [Upgrade=x] {}");
    assertThat(unasked.isReusable()).isFalse();
  }

  @Test
  void whatFollowsAnAnswerIsNoAnswer() {
    assertThat(read(OK + "Content-Length: 2\r\n\r\nokx").failure()).isEqualTo("unasked");
    assertThat(read(CHUNKED + "0\r\n\r\n" + OK).failure()).isEqualTo("unasked");
    assertThat(Recorded.of(OK + "Content-Length: 2\r\n\r\nokx", false).isReusable()).isFalse();
    assertThat(Recorded.of(CHUNKED + "0\r\n\r\nx", false).isReusable()).isFalse();
    assertThat(Recorded.of("HTTP/1.1 204 No\r\n\r\nx", false).isReusable()).isFalse();
  }

  @Test
  void theServerSaysWhetherItsConnectionGoesOn() {
    assertThat(reusable("HTTP/1.1", "Connection: close")).isFalse();
    assertThat(reusable("HTTP/1.1", "Connection: x, Close")).isFalse();
    assertThat(reusable("HTTP/1.1", "connection: keep-alive")).isTrue();
    assertThat(reusable("HTTP/1.1", "Connection: keep-alive\r\nConnection: close")).isFalse();
    assertThat(reusable("HTTP/1.1", "Connection: closed")).isTrue();
    assertThat(reusable("HTTP/1.0", "x: y")).isFalse();
    assertThat(reusable("HTTP/1.0", "Connection: Keep-Alive")).isTrue();
  }

  private static boolean reusable(String version, String field) {
    return read(version + " 200 OK\r\nContent-Length: 2\r\n" + field + "\r\n\r\nok").isReusable();
  }

  @Test
  void whatIsNotStrictlyHttpIsRefused() {
    for (String bad :
        List.of(
            "ICY 200 OK\r\n",
            "http/1.1 200 OK\r\n",
            "HTTP/1.2 200 OK\r\n",
            "HTTP/2.0 200 OK\r\n",
            "HTTP/1.1  200 OK\r\n",
            "HTTP/1.1\t200 OK\r\n",
            "HTTP/1.1 99 X\r\n",
            "HTTP/1.1 099 X\r\n",
            "HTTP/1.1 1000 X\r\n",
            "HTTP/1.1 2x0 X\r\n",
            "HTTP/1.1 +20 X\r\n",
            "HTTP/1.1 200 O\0K\r\n",
            "HTTP/1.1 200 O\rK\r\n",
            "\r\n" + OK,
            " " + OK,
            "HTTP/1.1 200 OK\n",
            OK + "a: b\n",
            OK + "a: b\nc: d\r\n",
            OK + "a: b\r\r\n",
            OK + "a: b\rc: d\r\n",
            OK + "a: b\0\r\n",
            OK + "a: \u007f\r\n",
            OK + "a: \u000b\r\n",
            OK + "a : b\r\n",
            OK + "a\t: b\r\n",
            OK + " a: b\r\n",
            OK + "x: y\r\n folded\r\n",
            OK + "x: y\r\n\tfolded\r\n",
            OK + ": b\r\n",
            OK + "no colon\r\n",
            OK + "n\u00e4me: b\r\n",
            OK + "a(b): c\r\n")) {
      assertThat(read(bad + "\r\n").failure()).as(bad).isEqualTo("malformed");
    }
  }

  @Test
  void aLengthIsStatedOnceAndInDigits() {
    for (String bad :
        List.of(
            "Content-Length: 2\r\nContent-Length: 2",
            "Content-Length: 2\r\ncontent-length: 3",
            "Content-Length: 2, 2",
            "Content-Length: +2",
            "Content-Length: -2",
            "Content-Length: 0x2",
            "Content-Length: 2 2",
            "Content-Length: ",
            "Content-Length: \u0662",
            "Content-Length: 9999999999999999999",
            "Content-Length: 18446744073709551618",
            "Transfer-Encoding: chunked\r\nContent-Length: 2",
            "Content-Length: 2\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: chunked;q=1",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding:")) {
      assertThat(read(OK + bad + "\r\n\r\nok").failure()).as(bad).isEqualTo("malformed");
      assertThat(read(OK + bad + "\r\n\r\n", true, false).failure()).as(bad).isEqualTo("malformed");
    }
    assertThat(read("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").failure())
        .isEqualTo("malformed");
  }

  @Test
  void chunksAreFramedToTheLetter() {
    for (String bad :
        List.of(
            "x\r\n",
            "-1\r\n",
            "+1\r\na\r\n",
            "0x1\r\na\r\n",
            "\r\n",
            ";a=b\r\n",
            " 1\r\na\r\n",
            "1 1\r\na\r\n",
            "1\na\r\n",
            "1\ra\r\n",
            "1;\0\r\na\r\n",
            "1;x\ny\r\na\r\n",
            "000000001\r\na\r\n",
            "100000000\r\n",
            "1\r\nab\r\n",
            "1\r\na\n0\r\n\r\n",
            "1\r\na\r0\r\n\r\n",
            "2\r\na\r\n0\r\n\r\n",
            "0\r\nno colon\r\n\r\n",
            "0\r\nt : 1\r\n\r\n",
            "0\r\nt: 1\n\r\n",
            "0\r\n t: 1\r\n\r\n",
            "0\n\n")) {
      assertThat(read(CHUNKED + bad).failure()).as(bad).isEqualTo("malformed");
    }
  }

  @Test
  void nothingGrowsWithoutBound() {
    String fits = "x: " + "y".repeat(900) + "\r\n";
    assertThat(Recorded.of(OK + fits + "\r\n", false).isWhole()).isTrue();
    for (String bad :
        List.of(
            OK + fits + fits,
            OK + "x: " + "y".repeat(5_000),
            "HTTP/1.1 200 " + "y".repeat(5_000),
            OK + "a:\r\n".repeat(300),
            CHUNKED + "1;" + "x".repeat(20_000),
            CHUNKED + ("1;" + "x".repeat(100) + "\r\na\r\n").repeat(200),
            CHUNKED + "1" + " ".repeat(20_000),
            CHUNKED + "0\r\n" + fits + fits,
            CHUNKED + "0\r\n" + "t: 1\r\n".repeat(500))) {
      assertThat(Recorded.of(bad, false).failure()).isEqualTo("malformed");
      assertThat(Recorded.slowly(bad, false, false).failure()).isEqualTo("malformed");
    }
  }
}
