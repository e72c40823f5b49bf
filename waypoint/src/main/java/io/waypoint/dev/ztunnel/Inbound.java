// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.waypoint.hbone.Connect;
import io.waypoint.hbone.ConnectAnswer;
import io.waypoint.hbone.HboneServer;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.hbone.TunnelListener;
import io.waypoint.hbone.TunnelPeer;
import io.waypoint.identity.Material;
import io.waypoint.refusal.Refusal;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The inbound side for one workload: HBONE with that workload's certificate, to the process that
 * plays it. The process is dialled before the CONNECT is answered, so that whoever tunnels learns
 * that it is down.
 *
 * <pre>
 *   CONNECT app ──► dial app ──► 200 ──► relay
 *                      └ refused ─► 503
 * </pre>
 */
final class Inbound {
  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;
  private static final int DIAL_MILLIS = 2_000;
  private static final int CLAIM_SECONDS = 10;

  private final HboneTransport transport;
  private final EventLoopGroup loop;
  private final InetSocketAddress app;

  /** Dialled for a CONNECT whose tunnel has not come in yet. Touched on the one loop only. */
  private final Map<TunnelPeer, Channel> dialled = new HashMap<>();

  private @Nullable Channel listener;
  private @Nullable HboneServer server;

  private Inbound(HboneTransport transport, EventLoopGroup loop, InetSocketAddress app) {
    this.transport = transport;
    this.loop = loop;
    this.app = app;
  }

  /**
   * @param loop a single event loop: the transport's
   * @param workload tells the listeners of one transport apart
   */
  static CompletionStage<Inbound> listen(
      HboneTransport transport,
      EventLoopGroup loop,
      String workload,
      InetSocketAddress address,
      Supplier<@Nullable Material> credential,
      InetSocketAddress app) {
    Inbound inbound = new Inbound(transport, loop, app);
    String name = "inbound/" + workload;
    inbound.listener = inbound.takeTunnels(name).channel();
    return HboneServer.listen(
            transport, address, HboneServer.Listeners.all(name), credential, inbound::decide)
        .thenApply(server -> {
          inbound.server = server;
          return inbound;
        });
  }

  InetSocketAddress address() {
    return java.util.Objects.requireNonNull(server).address();
  }

  InetSocketAddress app() {
    return app;
  }

  void close() {
    if (server != null) {
      server.close();
    }
    if (listener != null) {
      listener.close();
    }
  }

  private ChannelFuture takeTunnels(String name) {
    return new ServerBootstrap()
        .group(loop)
        .channelFactory(transport.serverChannelFactory(true))
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.AUTO_READ, false)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel tunnel) {
                arrived(tunnel);
              }
            })
        .bind(transport.convert(TunnelListener.named(name)))
        .syncUninterruptibly();
  }

  private void decide(Connect connect, Consumer<ConnectAnswer> answer) {
    boolean meant =
        connect.target().authorityPort() == app.getPort()
            && connect.target().authorityHost().equals(app.getAddress().getHostAddress());
    if (!meant) {
      answer.accept(new ConnectAnswer.Refuse(BAD_REQUEST, Refusal.CONNECT_UNKNOWN));
      return;
    }
    dial()
        .addListener((ChannelFuture done) -> {
          if (done.isSuccess()) {
            keep(connect.peer(), done.channel());
            answer.accept(ConnectAnswer.RAW);
          } else {
            answer.accept(new ConnectAnswer.Refuse(UNAVAILABLE, Refusal.CONNECT_UNREACHABLE));
          }
        });
  }

  private ChannelFuture dial() {
    return new Bootstrap()
        .group(loop)
        .channelFactory(transport.channelFactory(false))
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, DIAL_MILLIS)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(app);
  }

  private void keep(TunnelPeer peer, Channel channel) {
    dialled.put(peer, channel);
    channel
        .eventLoop()
        .schedule(
            () -> {
              if (dialled.remove(peer, channel)) {
                channel.close();
              }
            },
            CLAIM_SECONDS,
            TimeUnit.SECONDS);
  }

  private void arrived(Channel tunnel) {
    Channel process =
        transport.convert(tunnel.remoteAddress()) instanceof TunnelPeer peer
            ? dialled.remove(peer)
            : null;
    Joining joining = new Joining(tunnel);
    tunnel.pipeline().addLast(joining);
    if (process == null) {
      tunnel.close();
      return;
    }
    // A tunnel is not active before its registration is over.
    tunnel.eventLoop().execute(() -> joining.to(process));
  }
}
