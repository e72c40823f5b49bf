// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.RawFrame.ACK;
import static io.waypoint.hbone.RawFrame.DATA;
import static io.waypoint.hbone.RawFrame.END_HEADERS;
import static io.waypoint.hbone.RawFrame.END_STREAM;
import static io.waypoint.hbone.RawFrame.GOAWAY;
import static io.waypoint.hbone.RawFrame.HEADERS;
import static io.waypoint.hbone.RawFrame.PING;
import static io.waypoint.hbone.RawFrame.RST_STREAM;
import static io.waypoint.hbone.RawFrame.SETTINGS;
import static io.waypoint.hbone.RawFrame.WINDOW_UPDATE;

import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocket;

/**
 * A peer that does what it is told: writes frames, good and bad, over a plain TLS socket and keeps
 * what comes back. It never returns credit and never acknowledges SETTINGS by itself; it answers
 * PINGs unless told not to.
 */
final class RawPeer implements AutoCloseable {
  static final long PATIENCE_SECONDS = 10;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final SSLSocket socket;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final List<RawFrame> frames = new ArrayList<>();
  private final AtomicLong pings = new AtomicLong(1_000);
  private final boolean server;
  private final Semaphore reading = new Semaphore(1);
  private volatile boolean pongs = true;
  private boolean ended;
  private long dataBytes;
  private int nextStream = 1;

  RawPeer(SSLSocket socket, boolean server) {
    this.socket = socket;
    this.server = server;
    Thread.ofPlatform().daemon().name("raw-peer").start(this::readAll);
  }

  private void readAll() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      if (server) {
        in.skipNBytes(PREFACE.length());
      }
      while (true) {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        reading.acquireUninterruptibly();
        reading.release();
        arrived(new RawFrame(lengthAndType & 0xff, flags, stream, payload).decoded(decoder));
      }
    } catch (IOException e) {
      synchronized (frames) {
        ended = true;
        frames.notifyAll();
      }
    }
  }

  private void arrived(RawFrame frame) throws IOException {
    synchronized (frames) {
      frames.add(frame);
      dataBytes += frame.type() == DATA ? frame.payload().length : 0;
      frames.notifyAll();
    }
    if (frame.type() == PING && !frame.has(ACK) && pongs) {
      send(PING, ACK, 0, frame.payload());
    }
  }

  /** From now on PINGs are not answered. */
  RawPeer withoutPongs() {
    pongs = false;
    return this;
  }

  /** From now on nothing is taken from the socket. */
  void stopReading() {
    reading.acquireUninterruptibly();
  }

  void goOnReading() {
    reading.release();
  }

  // Writing.

  void bytes(byte[] raw) {
    try {
      synchronized (socket) {
        socket.getOutputStream().write(raw);
        socket.getOutputStream().flush();
      }
    } catch (IOException e) {
      // The other side has closed; what it did before is what a test asks about.
    }
  }

  void send(int type, int flags, int stream, byte[] payload) {
    bytes(new RawFrame(type, flags, stream, payload).encoded());
  }

  /** The preface, our settings, and the acknowledgement of the peer's. */
  RawPeer handshake(int... settings) {
    hello(settings);
    take(frame -> frame.type() == SETTINGS && !frame.has(ACK));
    send(SETTINGS, ACK, 0, new byte[0]);
    barrier();
    return this;
  }

  /** Without waiting for the peer's settings. */
  RawPeer hello(int... settings) {
    if (!server) {
      bytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
    }
    send(SETTINGS, 0, 0, RawFrame.settings(settings));
    return this;
  }

  /** Asks for a tunnel; returns its stream. */
  int ask(String authority) {
    int stream = nextStream();
    headers(stream, 0, ":method", "CONNECT", ":authority", authority);
    return stream;
  }

  /** Asks for a tunnel and waits for its 200. */
  int open(String authority) {
    int stream = ask(authority);
    String status = status(stream);
    if (!status.equals("200")) {
      throw new AssertionError("CONNECT answered " + status);
    }
    return stream;
  }

  int nextStream() {
    int stream = nextStream;
    nextStream += 2;
    return stream;
  }

  void headers(int stream, int flags, String... fields) {
    send(HEADERS, flags | END_HEADERS, stream, RawFrame.fields(fields));
  }

  void data(int stream, String text) {
    send(DATA, 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void data(int stream, byte[] payload) {
    send(DATA, 0, stream, payload);
  }

  void end(int stream) {
    send(DATA, END_STREAM, stream, new byte[0]);
  }

  void reset(int stream, int error) {
    send(RST_STREAM, 0, stream, RawFrame.ints(error));
  }

  void window(int stream, int increment) {
    send(WINDOW_UPDATE, 0, stream, RawFrame.ints(increment));
  }

  void settings(int... pairs) {
    send(SETTINGS, 0, 0, RawFrame.settings(pairs));
  }

  void goAway(int lastStream, int error) {
    send(GOAWAY, 0, 0, RawFrame.ints(lastStream, error));
  }

  // Reading.

  /** Removes and returns the first frame that has arrived or arrives in time. */
  RawFrame take(Predicate<RawFrame> wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    synchronized (frames) {
      while (true) {
        for (Iterator<RawFrame> all = frames.iterator(); all.hasNext(); ) {
          RawFrame frame = all.next();
          if (wanted.test(frame)) {
            all.remove();
            return frame;
          }
        }
        if (ended) {
          throw new AssertionError("the connection ended; there were " + summary());
        }
        waitUntil(deadline);
      }
    }
  }

  RawFrame take(int type, int stream) {
    return take(frame -> frame.is(type, stream));
  }

  /** The status of the answer on this stream. */
  String status(int stream) {
    return String.valueOf(take(HEADERS, stream).headers().status());
  }

  /** Frames that have arrived and were not taken; after {@link #barrier} nothing is under way. */
  List<RawFrame> arrived(Predicate<RawFrame> wanted) {
    synchronized (frames) {
      return frames.stream().filter(wanted).toList();
    }
  }

  /** Bytes of DATA that have arrived, taken or not. */
  long dataBytes() {
    synchronized (frames) {
      return dataBytes;
    }
  }

  void awaitDataBytes(long count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    synchronized (frames) {
      while (dataBytes < count) {
        if (ended) {
          throw new AssertionError("the connection ended after " + dataBytes + " of " + count);
        }
        waitUntil(deadline);
      }
    }
  }

  /** Returns when the other side has handled everything that was sent before, seen by a PING. */
  void barrier() {
    byte[] payload = RawFrame.ints(0, (int) pings.incrementAndGet());
    send(PING, 0, 0, payload);
    take(frame ->
        frame.type() == PING
            && frame.has(ACK)
            && java.util.Arrays.equals(frame.payload(), payload));
  }

  /** Waits for the end of the connection; returns the error of the last GOAWAY, or -1. */
  int awaitEnd() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    synchronized (frames) {
      while (!ended) {
        waitUntil(deadline);
      }
      int error = -1;
      for (RawFrame frame : frames) {
        error = frame.type() == GOAWAY ? frame.number(4) : error;
      }
      return error;
    }
  }

  boolean hasEnded() {
    synchronized (frames) {
      return ended;
    }
  }

  @SuppressWarnings("WaitNotInLoop") // Whoever calls this loops.
  private void waitUntil(long deadline) {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (millis <= 0) {
      throw new AssertionError("not in time; there were " + summary());
    }
    try {
      frames.wait(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String summary() {
    StringBuilder text = new StringBuilder();
    for (RawFrame frame : frames) {
      text.append("[type ").append(frame.type()).append(" stream ").append(frame.stream());
      text.append(" flags ").append(frame.flags()).append(" length ");
      text.append(frame.payload().length).append("] ");
    }
    return text.substring(0, Math.min(text.length(), 2_000));
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }
}
