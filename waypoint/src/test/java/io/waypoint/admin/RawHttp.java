// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One request over a plain socket, so that a test can send what a well-behaved client would not.
 */
final class RawHttp {
  record Answer(int status, String head, String body) {}

  private RawHttp() {}

  static Answer get(int port, String path) throws IOException {
    return send(port, "GET " + path + " HTTP/1.1", "Host: localhost:" + port);
  }

  static Answer post(int port, String path) throws IOException {
    return send(port, "POST " + path + " HTTP/1.1", "Host: localhost:" + port);
  }

  /** The header lines as given, and {@code Connection: close}. */
  static Answer send(int port, String requestLine, String... headers) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String head = requestLine + "\r\n" + String.join("\r\n", headers) + "\r\n";
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      int end = answer.indexOf("\r\n\r\n");
      String answerHead = answer.substring(0, end);
      String body = answer.substring(end + 4);
      boolean chunked = answerHead.contains("transfer-encoding: chunked");
      return new Answer(
          Integer.parseInt(answer.substring(9, 12)), answerHead, chunked ? joined(body) : body);
    }
  }

  private static String joined(String chunks) {
    var body = new StringBuilder();
    int at = 0;
    while (true) {
      int line = chunks.indexOf("\r\n", at);
      int length = Integer.parseInt(chunks.substring(at, line), 16);
      if (length == 0) {
        return body.toString();
      }
      body.append(chunks, line + 2, line + 2 + length);
      at = line + 2 + length + 2;
    }
  }
}
