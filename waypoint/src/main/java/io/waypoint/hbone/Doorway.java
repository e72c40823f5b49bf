// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.waypoint.hbone.ConnectAnswer.Inner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Leads accepted tunnels to whoever speaks what is inside them. One for each loop of a server. */
final class Doorway {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_METHOD = 20;

  /** What the first bytes say. */
  enum Speech {
    HTTP1,
    HTTP2,
    OTHER,
    UNDECIDED
  }

  private final HboneServer server;
  private final EventLoop loop;

  Doorway(HboneServer server, EventLoop loop) {
    this.server = server;
    this.loop = loop;
  }

  void admit(Connect connect, TunnelStream tunnel, TunnelChannel channel, Inner inner) {
    if (inner == Inner.RAW) {
      channel.input().stopWatching();
      enter(tunnel, channel, server.listeners().raw());
      return;
    }
    Waiting waiting = new Waiting(connect, tunnel, channel, inner);
    HboneSettings settings = server.transport().settings();
    Duration patience =
        switch (inner) {
          case SNIFF -> settings.sniffTimeout();
          case TLS -> settings.handshakeTimeout();
          case HTTP, RAW -> settings.poolIdle();
        };
    waiting.timer =
        loop.schedule(
            waiting::silent, patience.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    channel.input().watch(waiting::look);
    waiting.look();
  }

  /** Joins a tunnel to a connection that is open: from here on they are one. */
  void join(TunnelChannel channel, Uplink uplink) {
    channel.input().stopWatching();
    channel.config().setAutoRead(false);
    loop.register(channel)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            uplink.join(channel);
          } else {
            uplink.close();
          }
        });
  }

  private final class Waiting {
    private final Connect connect;
    private final TunnelStream tunnel;
    private final TunnelChannel channel;
    private final Inner inner;
    private @Nullable ScheduledFuture<?> timer;
    private int enough = 1;

    Waiting(Connect connect, TunnelStream tunnel, TunnelChannel channel, Inner inner) {
      this.connect = connect;
      this.tunnel = tunnel;
      this.channel = channel;
      this.inner = inner;
    }

    void look() {
      if (!channel.isOpen()) {
        done();
        return;
      }
      int there = channel.input().size();
      boolean ended = channel.input().hasEnded();
      if (there == 0 && ended) {
        abandon();
        return;
      }
      if (there < enough && !ended) {
        return;
      }
      int most = inner == Inner.TLS ? ServerName.LONGEST : PREFACE.length;
      byte[] first = new byte[Math.min(there, most)];
      int count = channel.input().peek(first);
      if (inner == Inner.TLS) {
        listen(first, count, ended);
        return;
      }
      switch (speech(first, count)) {
        case HTTP2 -> go(server.listeners().http2());
        case HTTP1 -> go(server.listeners().http1());
        case OTHER -> goOn();
        case UNDECIDED -> {
          if (ended) {
            goOn();
          }
        }
      }
    }

    /** What is not TLS has no name, and policy has its say about that as well. */
    private void listen(byte[] first, int count, boolean ended) {
      switch (ServerName.read(first, count)) {
        case ServerName.Known(String name) -> relay(connect.named(name));
        case ServerName.Broken broken -> abandon();
        case ServerName.Undecided undecided -> {
          enough = undecided.enough();
          if (ended) {
            abandon();
          }
        }
      }
    }

    private void abandon() {
      done();
      channel.abandon();
    }

    void silent() {
      if (inner == Inner.SNIFF) {
        relay(connect);
      } else {
        abandon();
      }
    }

    /** Not HTTP/2, and perhaps not HTTP: on a port declared HTTP the HTTP/1 server has the say. */
    private void goOn() {
      if (inner == Inner.HTTP) {
        go(server.listeners().http1());
      } else {
        relay(connect);
      }
    }

    private void relay(Connect known) {
      done();
      channel.input().watch(() -> {});
      server
          .acceptor()
          .relay(
              known,
              uplink -> {
                if (uplink == null) {
                  channel.abandon();
                } else if (channel.isOpen()) {
                  join(channel, uplink);
                } else {
                  uplink.close();
                }
              });
    }

    private void go(String listener) {
      done();
      enter(tunnel, channel, listener);
    }

    private void done() {
      if (timer != null) {
        timer.cancel(false);
      }
      channel.input().stopWatching();
    }
  }

  /**
   * HTTP/2 by its preface, HTTP/1 by an upper-case word and a space; whatever is neither is not
   * guessed at.
   */
  static Speech speech(byte[] first, int count) {
    int same = 0;
    while (same < count && same < PREFACE.length && first[same] == PREFACE[same]) {
      same++;
    }
    if (same == PREFACE.length) {
      return Speech.HTTP2;
    }
    if (same == count) {
      return Speech.UNDECIDED;
    }
    for (int i = 0; i < count && i <= LONGEST_METHOD; i++) {
      if (first[i] == ' ') {
        return i > 0 ? Speech.HTTP1 : Speech.OTHER;
      }
      if (first[i] < 'A' || first[i] > 'Z') {
        return Speech.OTHER;
      }
    }
    return count > LONGEST_METHOD ? Speech.OTHER : Speech.UNDECIDED;
  }

  private void enter(TunnelStream tunnel, TunnelChannel channel, String listener) {
    HboneServer.HeadScan scan = server.scan();
    if (scan != null && listener.equals(server.listeners().http1())) {
      channel.pipeline().addFirst(new ScanHandler(scan.scans().get(), scan.headTimeout()));
    }
    EventLoop home = server.placement().place(loop);
    if (home.equals(loop)) {
      offer(loop, channel, listener);
    } else {
      channel.moveTo(home, new LoopBridge(tunnel, loop, channel));
      home.execute(() -> offer(home, channel, listener));
    }
  }

  private void offer(EventLoop on, TunnelChannel channel, String listener) {
    TunnelServerChannel door = server.transport().listeners().find(on, listener);
    if (door == null) {
      channel.abandon();
    } else {
      door.offer(channel);
    }
  }
}
