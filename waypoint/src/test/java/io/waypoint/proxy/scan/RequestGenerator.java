// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import java.util.List;
import java.util.random.RandomGenerator;

/** Requests, most of them good, some of them almost. */
final class RequestGenerator {
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "M-SEARCH");
  private static final List<String> TARGETS =
      List.of(
          "/", "/a/b?c=d", "/%2e%2e/x", "//", "http://h/p", "https://other:80?q", "/\\..;/", "/~");
  private static final List<String> FIELDS =
      List.of(
          "Accept: */*",
          "X-A:",
          "x_b: \t v \t",
          "Cookie: a=b; c=d",
          "Connection: keep-alive, x-c",
          "Upgrade: h2c",
          "TE: trailers",
          "Expect: 100-continue",
          "X-Long: " + "l".repeat(300),
          "X-Eight: \u00e9\u00ff");
  private static final List<String> ODD_FIELDS =
      List.of(
          "Content-Length: 3",
          "Content-Length: 03",
          "content-length:3",
          "Content-Length : 3",
          "Content-Length: 3, 3",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: identity",
          "Transfer-Encoding:\u000bchunked",
          " folded: yes",
          "Host: other",
          "Connection: host",
          "Upgrade: websocket\r\nConnection: upgrade",
          "no colon",
          ": empty",
          "a\0b: c",
          "a: b\nc: d",
          "a: b\rc",
          "a: b\r\n\tc",
          "Expect: more");
  private static final String ODD_BYTES =
      "\r\n\t \0\u000b\u007f\u0080:;,/#?%*0159afGET-_HTTP/1.\"\\";

  private final RandomGenerator random;

  RequestGenerator(RandomGenerator random) {
    this.random = random;
  }

  /** A correct request and what a correct reader sees in it. */
  String good() {
    var text = new StringBuilder();
    text.append("\r\n".repeat(chance(10) ? random.nextInt(3) : 0));
    text.append(pick(METHODS)).append(' ').append(pick(TARGETS)).append(" HTTP/1.1\r\n");
    int before = random.nextInt(4);
    fields(text, before);
    text.append(chance(2) ? "Host: h:80\r\n" : "host:[::1]\r\n");
    String body = "b".repeat(chance(20) ? random.nextInt(40_000) : random.nextInt(40));
    switch (random.nextInt(3)) {
      case 0 -> text.append("\r\n");
      case 1 ->
          text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      default -> {
        text.append("Transfer-Encoding: chunked\r\n\r\n");
        chunks(text, body);
      }
    }
    return text.toString();
  }

  private void fields(StringBuilder text, int count) {
    boolean expects = false;
    for (int i = 0; i < count; i++) {
      String field = pick(FIELDS);
      if (!field.startsWith("Expect") || !expects) {
        text.append(field).append("\r\n");
      }
      expects |= field.startsWith("Expect");
    }
  }

  private void chunks(StringBuilder text, String body) {
    for (int at = 0; at < body.length(); ) {
      int size = Math.min(body.length() - at, 1 + random.nextInt(body.length()));
      String digits = Integer.toHexString(size);
      text.append(chance(4) ? "0" + digits : digits).append(chance(4) ? ";x=\"y z\"" : "");
      text.append("\r\n").append(body, at, at + size).append("\r\n");
      at += size;
    }
    text.append("0\r\n").append(chance(3) ? "X-Sum: 1\r\nX-Other:\r\n" : "").append("\r\n");
  }

  /** A correct request with up to three things changed. */
  String almost() {
    var text = new StringBuilder(good());
    for (int changes = random.nextInt(3); changes >= 0; changes--) {
      int head = Math.max(1, text.indexOf("\r\n\r\n") + 4);
      int at = random.nextInt(chance(3) ? text.length() : Math.min(head, text.length()));
      switch (random.nextInt(5)) {
        case 0 -> text.insert(at, oddByte());
        case 1 -> text.deleteCharAt(at);
        case 2 -> text.setCharAt(at, oddByte());
        case 3 -> text.insert(at, text.substring(at, Math.min(at + 12, text.length())));
        default -> {
          int line = text.indexOf("\r\n", at);
          text.insert(line < 0 ? 0 : line + 2, pick(ODD_FIELDS) + "\r\n");
        }
      }
      if (text.isEmpty()) {
        text.append(oddByte());
      }
    }
    return text.toString();
  }

  private char oddByte() {
    return ODD_BYTES.charAt(random.nextInt(ODD_BYTES.length()));
  }

  boolean chance(int one) {
    return random.nextInt(one) == 0;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
