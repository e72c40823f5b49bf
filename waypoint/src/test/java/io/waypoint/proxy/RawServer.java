// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** An application that sends exactly the bytes it is told to; a thread for each connection. */
final class RawServer implements AutoCloseable {
  /** What happens on one connection. */
  @FunctionalInterface
  interface Script {
    void run(Connection connection) throws IOException;
  }

  private final ServerSocket listener;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  final List<String> heads = new CopyOnWriteArrayList<>();

  /** Connections beyond the scripts run the last one. */
  RawServer(Script... scripts) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(scripts));
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept(Script[] scripts) {
    try {
      for (int i = 0; ; i++) {
        Socket socket = listener.accept();
        sockets.add(socket);
        Script script = scripts[Math.min(i, scripts.length - 1)];
        Thread.ofVirtual().start(() -> run(script, socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void run(Script script, Socket socket) {
    try (socket) {
      script.run(new Connection(socket));
    } catch (IOException gone) {
      // The proxy has hung up, which some scripts provoke.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  final class Connection {
    private final Socket socket;
    private final InputStream in;

    private Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
      socket.setTcpNoDelay(true);
    }

    /** Reads a request's head. */
    String request() throws IOException {
      var read = new ByteArrayOutputStream();
      while (!read.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          throw new IOException("closed");
        }
        read.write(b);
      }
      String head = read.toString(StandardCharsets.ISO_8859_1);
      heads.add(head);
      return head;
    }

    String read(int length) throws IOException {
      return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Blocks until the test says so. */
    void until(CountDownLatch told) throws IOException {
      try {
        told.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    /** Blocks until the other side closes. */
    void untilClosed() throws IOException {
      in.readAllBytes();
    }
  }
}
