// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vertx.core.spi.transport.Transport;
import io.waypoint.hbone.ConnectAnswer;
import io.waypoint.hbone.HboneClocks;
import io.waypoint.hbone.HboneEvents;
import io.waypoint.hbone.HboneServer;
import io.waypoint.hbone.HboneSettings;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.hbone.TunnelListener;
import io.waypoint.identity.Material;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The workloads and the ztunnel in front of them, on one event loop: HBONE is taken with the
 * workload's certificate and served without another hop, which would cost the rig's core and prove
 * nothing.
 */
public final class Backends implements AutoCloseable {
  private final HboneTransport transport;
  private final EventLoopGroup group;

  public Backends() {
    HboneClocks clocks = new HboneClocks(InstantSource.system(), System::nanoTime);
    transport =
        HboneTransport.create(HboneSettings.DEFAULT, name -> null, HboneEvents.NONE, clocks);
    group =
        transport.eventLoopGroup(
            Transport.IO_EVENT_LOOP_GROUP, 1, new DefaultThreadFactory("backends", true), 50);
  }

  /**
   * Serves a workload at each of the addresses.
   *
   * @return the same with their actual ports
   */
  public List<InetSocketAddress> serve(
      String name, Material material, List<InetSocketAddress> at, Behaviour how) {
    listen(name + "/1", () -> new EchoHttp1(name, how));
    listen(name + "/2", () -> EchoHttp2.handler(name, how));
    List<InetSocketAddress> bound = new ArrayList<>();
    for (InetSocketAddress address : at) {
      bound.add(
          HboneServer.listen(
                  transport,
                  address,
                  new HboneServer.Listeners(name + "/1", name + "/2", name + "/1"),
                  () -> material,
                  (connect, answer) -> answer.accept(ConnectAnswer.HTTP))
              .toCompletableFuture()
              .join()
              .address());
    }
    return bound;
  }

  /**
   * The same workloads without a ztunnel before them: HTTP/2 over mutual TLS.
   *
   * @return the addresses with their actual ports
   */
  public List<InetSocketAddress> serveStreams(
      String name, Material material, List<InetSocketAddress> at, Behaviour how) {
    SslContext tls = StreamTls.server(material);
    List<InetSocketAddress> bound = new ArrayList<>();
    for (InetSocketAddress address : at) {
      Channel channel =
          new ServerBootstrap()
              .group(group)
              .channelFactory(transport.serverChannelFactory(false))
              .childHandler(StreamTls.channel(tls, accepted -> EchoHttp2.handler(name, how)))
              .bind(address)
              .syncUninterruptibly()
              .channel();
      bound.add((InetSocketAddress) channel.localAddress());
    }
    return bound;
  }

  private void listen(String name, Supplier<ChannelHandler> handler) {
    new ServerBootstrap()
        .group(group)
        .channelFactory(transport.serverChannelFactory(true))
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, false)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handler.get());
              }
            })
        .bind(transport.convert(TunnelListener.named(name)))
        .syncUninterruptibly();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
