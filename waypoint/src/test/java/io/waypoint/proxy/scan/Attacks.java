// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import io.waypoint.refusal.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The catalogue of malformed and ambiguous requests, each with the answer it deserves. */
final class Attacks {
  /**
   * One input on a fresh connection.
   *
   * @param id the row of the catalogue
   * @param refusal null if it is let through whole
   */
  record Attack(String id, String input, @Nullable Refusal refusal) {
    @Override
    public String toString() {
      String text = input.length() > 90 ? input.substring(0, 90) + "…" : input;
      return id + " " + text.replace("\r", "\\r").replace("\n", "\\n");
    }
  }

  private final List<Attack> rows = new ArrayList<>();

  static List<Attack> all() {
    var attacks = new Attacks();
    attacks.framing();
    attacks.chunks();
    attacks.lines();
    attacks.requestLines();
    attacks.fields();
    attacks.sizes();
    return List.copyOf(attacks.rows);
  }

  private void raw(String id, String input, @Nullable Refusal refusal) {
    rows.add(new Attack(id, input, refusal));
  }

  /** A head with Host and these fields, which are written with {@code |} for a line end. */
  private void head(String id, String lines, @Nullable Refusal refusal) {
    raw(id, "POST /p HTTP/1.1\r\nHost: h\r\n" + lines.replace("|", "\r\n") + "\r\n\r\n", refusal);
  }

  private void post(String id, String lines, String body, @Nullable Refusal refusal) {
    String end = "\r\n\r\n" + body;
    raw(id, "POST /p HTTP/1.1\r\nHost: h\r\n" + lines.replace("|", "\r\n") + end, refusal);
  }

  private void chunked(String id, String body, @Nullable Refusal refusal) {
    post(id, "Transfer-Encoding: chunked", body, refusal);
  }

  private void line(String id, String line, @Nullable Refusal refusal) {
    raw(id, line + "\r\nHost: h\r\n\r\n", refusal);
  }

  private void framing() {
    head("S01", "Content-Length: 4|Transfer-Encoding: chunked", Refusal.REQUEST_FRAMING);
    head("S01", "Transfer-Encoding: chunked|Content-Length: 4", Refusal.REQUEST_FRAMING);
    head("S01", "Transfer-Encoding: chunked|Content-Length: 0", Refusal.REQUEST_FRAMING);
    Refusal coding = Refusal.REQUEST_TRANSFER_ENCODING;
    head("S02", "Transfer-Encoding: xchunked", coding);
    head("S02", "Transfer-Encoding: identity", coding);
    head("S02", "Transfer-Encoding:", coding);
    head("S02", "Transfer-Encoding: \"chunked\"", coding);
    head("S02", "Transfer-Encoding: 'chunked'", coding);
    head("S02", "Transfer-Encoding: chunked;q=1", coding);
    head("S02", "Transfer-Encoding: \u000bchunked", Refusal.REQUEST_FIELD_SYNTAX);
    head("S02", "Transfer-Encoding : chunked", Refusal.REQUEST_FIELD_SYNTAX);
    head("S02", "Transfer-Encoding: x| chunked", coding);
    head("S02", "Transfer-Encoding:| chunked", coding);
    head("S02", "Transfer-Encoding: chunk\u00e9d", coding);
    head("S03", "Transfer-Encoding: chunked, identity", coding);
    head("S03", "Transfer-Encoding: chunked, chunked", coding);
    head("S03", "Transfer-Encoding: chunked|Transfer-Encoding: chunked", coding);
    head("S03", "Transfer-Encoding: chunked|Transfer-Encoding: x", coding);
    head("S03", "Transfer-Encoding: x|Transfer-Encoding: chunked", coding);
    head("S03", "Transfer-Encoding: chunked,", coding);
    head("S03", "Transfer-Encoding: ,chunked", coding);
    head("S03", "Transfer-Encoding: gzip", coding);
    head("S04", "Transfer-Encoding: gzip, chunked", Refusal.REQUEST_TRANSFER_CODING);
    head("S04", "Transfer-Encoding: deflate,x-gzip,chunked", Refusal.REQUEST_TRANSFER_CODING);
    post("S05", "Transfer-Encoding: \tchunked", "0\r\n\r\n", null);
    post("S05", "transfer-encoding:Chunked \t", "1\r\nx\r\n0\r\n\r\n", null);
    String old = "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    raw("S06", old, Refusal.REQUEST_FRAMING);
    Refusal length = Refusal.REQUEST_CONTENT_LENGTH;
    head("S07", "Content-Length: 5|Content-Length: 5", length);
    head("S07", "Content-Length: 5|Content-Length: 6", length);
    head("S07", "Content-Length: 0|Content-Length: 0", length);
    for (String wrong :
        List.of("5,5", "5, 5", "+5", "-5", "0x5", "5x", "", " ", "5 5", "\u00b2", "5_0", "٥")) {
      head("S08", "Content-Length: " + wrong, length);
    }
    head("S08", "Content-Length: 9223372036854775808", length);
    head("S08", "Content-Length: 9999999999999999999", length);
    head("S08", "Content-Length: 18446744073709551621", length);
    head("S08", "Content-Length: " + "9".repeat(400), length);
    head("S09", "Content-Length: 05", length);
    head("S09", "Content-Length: 00", length);
    head("S10", "Content-Length: 9223372036854775807", Refusal.REQUEST_BODY_TOO_LARGE);
    head("S10", "Content-Length: 1099511627777", Refusal.REQUEST_BODY_TOO_LARGE);
    head("S10", "Content-Length: 1099511627776", null);
    String get = "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 24\r\n\r\n";
    raw("S11", get + "DELETE / HTTP/1.1\r\n\r\nabc", null);
    head("S13", "Expect: y 100-continue", Refusal.REQUEST_EXPECTATION);
    head("S13", "Expect: 100-continue, x", Refusal.REQUEST_EXPECTATION);
    head("S13", "Expect: 100-continue|Expect: 100-continue", Refusal.REQUEST_EXPECTATION);
    head("S13", "Expect:", Refusal.REQUEST_EXPECTATION);
    post("S13", "Expect: 100-Continue|Content-Length: 1", "x", null);
  }

  private void chunks() {
    Refusal chunk = Refusal.REQUEST_CHUNK;
    chunked("S14", "1;a\nx\r\n0\r\n\r\n", chunk);
    chunked("S14", "1;a\rb\r\nx\r\n0\r\n\r\n", chunk);
    chunked("S14", "1;a=\"\r\n\"\r\nx\r\n0\r\n\r\n", chunk);
    chunked("S14", "1;\0\r\nx\r\n0\r\n\r\n", chunk);
    for (String size :
        List.of("0x5", "+5", "-5", " 5", "5 ", "5 ;x", "", "\t5", "5\t", "g", "5,5", "٥", ";5")) {
      chunked("S15", size + "\r\nabcde\r\n0\r\n\r\n", chunk);
    }
    chunked("S15", "100000000\r\n", chunk);
    chunked("S15", "80000000\r\n", chunk);
    chunked("S15", "ffffffff\r\n", chunk);
    chunked("S15", "FFFFFFFFFFFFFFFF\r\n", chunk);
    chunked("S15", "7fffffff\r\nabc", null);
    chunked("S16", "0".repeat(40) + "5\r\nabcde\r\n0\r\n\r\n", chunk);
    chunked("S16", "000000005\r\nabcde\r\n0\r\n\r\n", chunk);
    chunked("S16", "00000005\r\nabcde\r\n00000000\r\n\r\n", null);
    chunked("S17", "5;a=b;c=\"d e\"\r\nabcde\r\n0;last\r\n\r\n", null);
    chunked("S17", "1; a=\"\\\"\\\\;\";b=c\r\nx\r\n0\r\n\r\n", null);
    for (String bad :
        List.of(
            ";",
            ";;a",
            ";a=",
            ";a=b c",
            ";a=\"b",
            ";a=\"b\\\"",
            ";a=\"b\"c",
            ";a b",
            ";a=b ",
            ";=b",
            ";a=\"\u00e9\"",
            ";a=\"\\\u00e9\"",
            " ;a",
            ";a==b",
            ";a,b")) {
      chunked("S17", "1" + bad + "\r\nx\r\n0\r\n\r\n", chunk);
    }
    chunked("S17", "1;" + "e".repeat(1023) + "\r\nx\r\n0\r\n\r\n", chunk);
    String extended = "1;" + "e".repeat(999) + "\r\nx\r\n";
    chunked("S17", extended.repeat(16) + "0\r\n\r\n", null);
    chunked("S17", extended.repeat(17) + "0\r\n\r\n", chunk);
    chunked("S18", "5\r\nabcdef\r\n0\r\n\r\n", chunk);
    chunked("S18", "5\r\nabcde0\r\n\r\n", chunk);
    chunked("S18", "5\r\nabcde\n0\r\n\r\n", chunk);
    chunked("S18", "5\r\nabcde\r0\r\n\r\n", chunk);
    chunked("S18", "5\nabcde\r\n0\r\n\r\n", chunk);
    chunked("S18", "0\n\n", chunk);
    Refusal trailer = Refusal.REQUEST_TRAILER;
    chunked("S19", "0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\nHost: e\r\n\r\n", null);
    chunked("S19", "0\r\nno colon\r\n\r\n", trailer);
    chunked("S19", "0\r\nGET / HTTP/1.1\r\n\r\n", trailer);
    chunked("S19", "0\r\na: b\r\n folded\r\n\r\n", trailer);
    chunked("S19", "0\r\na : b\r\n\r\n", trailer);
    chunked("S19", "0\r\na: b\n\r\n", trailer);
    chunked("S19", "0\r\na: \0b\r\n\r\n", trailer);
    chunked("S19", "0\r\n" + "a: b\r\n".repeat(101) + "\r\n", trailer);
    chunked("S19", "0\r\na: " + "b".repeat(16 * 1024) + "\r\n\r\n", trailer);
  }

  private void lines() {
    Refusal end = Refusal.REQUEST_LINE_END;
    raw("S20", "GET / HTTP/1.1\nHost: h\n\n", end);
    raw("S20", "GET / HTTP/1.1\r\nHost: h\n\r\n", end);
    raw("S20", "GET / HTTP/1.1\r\nHost: h\r\n\n", end);
    raw("S20", "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", end);
    head("S20", "a: b\nc: d", end);
    head("S21", "a: b\rc", end);
    head("S21", "a: b\r\r", end);
    for (char c : "\0\u0001\u0008\u000b\u000c\u001b\u001f\u007f".toCharArray()) {
      head("S21", "a: b" + c + "c", Refusal.REQUEST_FIELD_SYNTAX);
      head("S22", "a" + c + "b: c", Refusal.REQUEST_FIELD_SYNTAX);
      raw("S26", c + "GET / HTTP/1.1\r\nHost: h\r\n\r\n", Refusal.REQUEST_LINE);
      line("S30", "GET /a" + c + " HTTP/1.1", Refusal.REQUEST_LINE);
    }
    Refusal syntax = Refusal.REQUEST_FIELD_SYNTAX;
    for (String name :
        List.of("a b", "a\u00e9", "", "a ", "a\t", "a(", "a/b", "a,b", "a\"", "[a]", "{a}")) {
      head("S22", name + ": c", syntax);
    }
    head("S22", "no colon", syntax);
    head("S23", "a: b| c", Refusal.REQUEST_FIELD_FOLDED);
    head("S23", "a: b|\tc", Refusal.REQUEST_FIELD_FOLDED);
    head("S23", "a: b| ", Refusal.REQUEST_FIELD_FOLDED);
    raw("S24", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", Refusal.REQUEST_FIELD_FOLDED);
    String get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    raw("S25", "\r\n\r\n" + get + "\r\n" + get, null);
    raw("S25", "\r\n\r\n\r\n" + get, Refusal.REQUEST_LINE);
    raw("S26", " " + get, Refusal.REQUEST_METHOD);
    raw("S26", "\t" + get, Refusal.REQUEST_LINE);
    raw("S26", "\u00ef\u00bb\u00bf" + get, Refusal.REQUEST_LINE);
  }

  private void requestLines() {
    Refusal authority = Refusal.REQUEST_AUTHORITY;
    raw("S27", "GET / HTTP/1.1\r\n\r\n", authority);
    raw("S27", "GET / HTTP/1.0\r\n\r\n", null);
    raw("S27", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", authority);
    head("S27", "Host: h", authority);
    for (String host :
        List.of(
            "",
            "a b",
            "u@h",
            "h/",
            "h/p",
            "h\\",
            "h:",
            "h:0",
            "h:65536",
            "h:x",
            "h:80:80",
            "h,i",
            "[::1",
            "::1",
            "[]",
            "[g::]",
            "[::1]x",
            "[1]",
            "h%00",
            "\u00e9",
            ":80",
            "[::1%25eth0]",
            "x".repeat(262))) {
      raw("S27", "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", authority);
    }
    for (String host :
        List.of(
            "h", "H.example:80", "10.0.0.1:65535", "[::1]", "[2001:db8::1.2.3.4]:1", "a_b-c.")) {
      raw("S27", "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", null);
    }
    line("S28", "GET http://other/p?q HTTP/1.1", null);
    line("S28", "GET HTTPS://other:80?q HTTP/1.1", null);
    line("S28", "GET http://other HTTP/1.1", null);
    line("S28", "GET ftp://h/ HTTP/1.1", Refusal.REQUEST_SCHEME);
    line("S28", "GET http:///p HTTP/1.1", authority);
    line("S28", "GET http://u@h/p HTTP/1.1", authority);
    line("S28", "GET http://h\\@i/p HTTP/1.1", authority);
    line("S28", "GET http:/p HTTP/1.1", Refusal.REQUEST_TARGET);
    line("S28", "GET p HTTP/1.1", Refusal.REQUEST_TARGET);
    line("S28", "GET h:80 HTTP/1.1", Refusal.REQUEST_TARGET);
    line("S28", "GET * HTTP/1.1", Refusal.REQUEST_TARGET);
    line("S28", "OPTIONS * HTTP/1.1", null);
    line("S28", "OPTIONS *x HTTP/1.1", Refusal.REQUEST_TARGET);
    Refusal version = Refusal.REQUEST_VERSION;
    for (String other : List.of("HTTP/9.9", "HTTP/1.2", "http/1.1", "HTTP/2.0")) {
      line("S29", "GET / " + other, version);
    }
    raw("S29", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", version);
    Refusal malformed = Refusal.REQUEST_LINE;
    for (String other :
        List.of(
            "HTTP/0.9",
            "HTTP/1",
            "HTTP/1.1.1",
            "HTTP/1.10",
            "HTTP/ 1.1",
            "HTTP/1.1 ",
            "HTTP1.1",
            "x",
            "")) {
      line("S29", "GET / " + other, malformed);
    }
    line("S29", "GET /", malformed);
    line("S29", "GET", malformed);
    for (String separated :
        List.of(
            "GET\t/ HTTP/1.1",
            "GET /\tHTTP/1.1",
            "GET  / HTTP/1.1",
            "GET /  HTTP/1.1",
            "GET / HTTP/1.1\t",
            "GET / p HTTP/1.1",
            "GET /\u00e9 HTTP/1.1")) {
      line("S30", separated, malformed);
    }
    line("S30", "GET /#f HTTP/1.1", Refusal.REQUEST_TARGET);
    line("S30", "GET /%23\\{}|^`<>\"'? HTTP/1.1", null);
    Refusal method = Refusal.REQUEST_METHOD;
    for (String other :
        List.of("get", "Get", "G:T", "GÉT".replace('É', '!'), "A".repeat(33), "G3T")) {
      line("S31", other + " / HTTP/1.1", method);
    }
    line("S31", "A".repeat(32) + " / HTTP/1.1", null);
    line("S31", "M-SEARCH / HTTP/1.1", null);
    Refusal notServed = Refusal.REQUEST_METHOD_NOT_SERVED;
    line("S32", "CONNECT h:80 HTTP/1.1", notServed);
    line("S32", "CONNECT / HTTP/1.1", notServed);
    line("S32", "TRACE / HTTP/1.1", notServed);
    line("S32", "WAYPOINT-REFUSED /REQUEST_LINE HTTP/1.1", notServed);
    line("S32", "CONNECTS / HTTP/1.1", null);
  }

  private void fields() {
    head("S33", "Connection: upgrade|Upgrade: h2c|HTTP2-Settings: AAA", null);
    head("S33", "Connection: upgrade|Upgrade: websocket", null);
    String get = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    raw("S33", get + "\r\n", null);
    raw("S33", get + "Content-Length: 0\r\n\r\n", null);
    raw("S33", get + "Content-Length: 1\r\n\r\nx", Refusal.REQUEST_UPGRADE);
    raw("S33", get + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Refusal.REQUEST_UPGRADE);
    head("S34", "Connection: close, X-Secret", null);
    head("S34", "Connection: , ,keep-alive,", null);
    for (String name :
        List.of(
            "Host",
            "Content-Length",
            "Transfer-Encoding",
            "Authorization",
            "cookie",
            "Expect",
            "X-Forwarded-For",
            "x-forwarded-client-cert",
            "Content-Type",
            "content-encoding",
            "X-Request-Id")) {
      head("S34", "Connection: close, \t" + name + " ,x", Refusal.REQUEST_CONNECTION);
    }
    head("S34", "Connection: close|Connection: Host", Refusal.REQUEST_CONNECTION);
    head("S34", "Connection: :path", Refusal.REQUEST_FIELD_SYNTAX);
    head("S34", "Connection: a b", Refusal.REQUEST_FIELD_SYNTAX);
    head("S36", "X_Forwarded_For: a|Content_Length: 5|x-y_z!#$%&'*+.^`~: \u00e9\t\"", null);
  }

  private void sizes() {
    String longField = "a: " + "b".repeat(16 * 1024 - 3);
    head("S35", longField, null);
    head("S35", longField + "b", Refusal.REQUEST_FIELDS_TOO_LARGE);
    String block = ("a: " + "b".repeat(1000 - 5) + "|").repeat(70);
    head("S35", block + "c: d", Refusal.REQUEST_FIELDS_TOO_LARGE);
    // Host and these make 61440 with their line ends.
    String full = ("a: " + "b".repeat(1000 - 5) + "|").repeat(61);
    head("S35", full + "a: " + "b".repeat(440 - 9 - 5), null);
    head("S35", full + "a: " + "b".repeat(440 - 9 - 4), Refusal.REQUEST_FIELDS_TOO_LARGE);
    head("S35", "a:|".repeat(98) + "a:", null);
    head("S35", "a:|".repeat(99) + "a:", Refusal.REQUEST_TOO_MANY_FIELDS);
    head("S35", "a: bcdefg|".repeat(5000) + "a:", Refusal.REQUEST_TOO_MANY_FIELDS);
    line("S35", "GET /" + "p".repeat(8 * 1024 - 1) + " HTTP/1.1", null);
    line("S35", "GET /" + "p".repeat(8 * 1024) + " HTTP/1.1", Refusal.REQUEST_TARGET_TOO_LONG);
    line("S35", "GET /" + "p".repeat(9 * 1024) + " HTTP/1.1", Refusal.REQUEST_TARGET_TOO_LONG);
  }
}
