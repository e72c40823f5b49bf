// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.dns;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A name server on the loopback (RFC 1035), as much of it as a stub resolver needs. */
public final class TestDns implements AutoCloseable {
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int NO_SUCH_NAME = 3;
  private static final int HEADER = 12;

  private final DatagramSocket socket;
  private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private volatile int seconds = 1;
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private volatile int failure;

  private TestDns(DatagramSocket socket) {
    this.socket = socket;
  }

  public static TestDns start() throws IOException {
    var dns = new TestDns(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
    Thread.ofPlatform().daemon().name("test-dns").start(dns::serve);
    return dns;
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  /** As the setting {@code instance.nameServers} has it. */
  public String setting() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** A name has these addresses from now on; without any it does not exist. */
  public TestDns name(String name, String... addresses) {
    names.put(name, List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
    return this;
  }

  TestDns timeToLive(int inSeconds) {
    seconds = inSeconds;
    return this;
  }

  /**
   * @param code answers every question so; 0 answers as it should, negative not at all
   */
  TestDns fail(int code) {
    failure = code;
    return this;
  }

  /** The same of one question, for example {@code a.example A}. */
  TestDns fail(String question, int code) {
    failures.put(question, code);
    return this;
  }

  /** How often a name was asked for. */
  long asked(String question) {
    return asked.stream().filter(question::equals).count();
  }

  private void serve() {
    byte[] buffer = new byte[1500];
    while (!socket.isClosed()) {
      try {
        var packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] answer = answer(ByteBuffer.wrap(buffer, 0, packet.getLength()));
        if (answer.length > 0) {
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException _) {
        return;
      }
    }
  }

  private byte[] answer(ByteBuffer question) {
    short id = question.getShort(0);
    question.position(HEADER);
    var name = new StringBuilder();
    for (int length = question.get(); length > 0; length = question.get()) {
      byte[] label = new byte[length];
      question.get(label);
      name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
    }
    int type = question.getShort();
    question.getShort();
    byte[] asking = new byte[question.position() - HEADER];
    question.position(HEADER);
    question.get(asking);
    String host = name.toString().toLowerCase(Locale.ROOT);
    String asks = host + " " + (type == A ? "A" : type == AAAA ? "AAAA" : "" + type);
    asked.add(asks);
    int failure = failures.getOrDefault(asks, this.failure);
    if (failure < 0) {
      return new byte[0];
    }
    List<InetAddress> all = names.getOrDefault(host, List.of());
    List<InetAddress> found =
        failure > 0
            ? List.of()
            : all.stream().filter(a -> a.getAddress().length == (type == A ? 4 : 16)).toList();
    int code = failure > 0 ? failure : all.isEmpty() ? NO_SUCH_NAME : 0;
    var reply = new ByteArrayOutputStream();
    reply.writeBytes(
        ByteBuffer.allocate(HEADER)
            .putShort(id)
            .putShort((short) (0x8180 | code))
            .putShort((short) 1)
            .putShort((short) found.size())
            .putInt(0)
            .array());
    reply.writeBytes(asking);
    for (InetAddress address : found) {
      byte[] content = address.getAddress();
      reply.writeBytes(
          ByteBuffer.allocate(12)
              .putShort((short) 0xc00c)
              .putShort((short) type)
              .putShort((short) 1)
              .putInt(seconds)
              .putShort((short) content.length)
              .array());
      reply.writeBytes(content);
    }
    return reply.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
