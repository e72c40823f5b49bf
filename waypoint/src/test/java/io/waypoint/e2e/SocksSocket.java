// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection into the mesh on which exactly the bytes are sent that a test says. */
final class SocksSocket implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 15_000;
  private static final byte[] USER_AND_PASSWORD = {5, 1, 2};

  private static final Pattern LENGTH =
      Pattern.compile("content-length: (\\d+)", Pattern.CASE_INSENSITIVE);

  private final Socket socket;
  private final InputStream in;

  /**
   * @param proxy the ztunnel's outbound side
   * @param caller {@code serviceaccount.namespace}
   */
  SocksSocket(InetSocketAddress proxy, String caller, String host, int port) throws IOException {
    socket = new Socket(proxy.getAddress(), proxy.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    exchange(USER_AND_PASSWORD, 2, "SOCKS5 with a user");
    exchange(user(caller), 2, "the user");
    exchange(connect(host, port), 10, "the connection");
  }

  private void exchange(byte[] said, int answerLength, String what) throws IOException {
    socket.getOutputStream().write(said);
    byte[] answer = in.readNBytes(answerLength);
    boolean fine = answer.length == answerLength && (answer[1] == 0 || said == USER_AND_PASSWORD);
    if (!fine) {
      throw new IOException("the ztunnel does not accept " + what);
    }
  }

  private static byte[] user(String name) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(1);
    message.write(name.length());
    message.write(name.getBytes(StandardCharsets.US_ASCII));
    message.write(0);
    return message.toByteArray();
  }

  private static byte[] connect(String host, int port) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(new byte[] {5, 1, 0, 3});
    message.write(host.length());
    message.write(host.getBytes(StandardCharsets.US_ASCII));
    message.write(port >> 8);
    message.write(port);
    return message.toByteArray();
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A head up to and including its empty line. */
  String head() throws IOException {
    return until("\r\n\r\n");
  }

  String until(String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.length() < end.length() || read.lastIndexOf(end) != read.length() - end.length()) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("closed after: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  String read(int length) throws IOException {
    return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  /** Asks for a path and reads the whole answer, whose length must be told; returns its head. */
  String get(String host, String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    String head = head();
    Matcher length = LENGTH.matcher(head);
    if (!length.find()) {
      throw new IOException("no length in: " + head);
    }
    in.skipNBytes(Long.parseLong(length.group(1)));
    return head;
  }

  /** Whether the other side has ended the connection by now. */
  boolean hasEnded() throws IOException {
    socket.setSoTimeout(1);
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  /** Everything up to the end of the connection. */
  String rest() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
