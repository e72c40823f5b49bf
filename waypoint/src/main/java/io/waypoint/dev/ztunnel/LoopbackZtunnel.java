// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vertx.core.spi.transport.Transport;
import io.waypoint.hbone.HboneClocks;
import io.waypoint.hbone.HboneEvents;
import io.waypoint.hbone.HboneSettings;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.hbone.WorkloadAddress;
import io.waypoint.identity.Material;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a ztunnel does for the pods of a node, for the processes of this machine: their connections
 * leave through {@link #outbound} and become HBONE, and HBONE to them arrives where {@link #expose}
 * says.
 *
 * <pre>
 *   client ──SOCKS5──► outbound ══ HBONE ══► waypoint ══ HBONE ══► expose(reviews-v1) ──► process
 *          ──HTTP────► outbound ──► the HTTP front ──SOCKS5──► outbound, as above
 * </pre>
 *
 * <p>It lives on one event loop of its own, as the neighbour process it stands for would.
 */
public final class LoopbackZtunnel implements AutoCloseable {
  /** Where certificates come from. */
  public interface Identities {
    /** Null while there is none: then the connection is refused. */
    @Nullable Material of(SpiffeId identity);
  }

  private final HboneTransport transport;
  private final EventLoopGroup group;
  private final Identities identities;
  private final Map<String, Inbound> inbounds = new ConcurrentHashMap<>();
  private final Map<String, SpiffeId> callers = new ConcurrentHashMap<>();
  private @Nullable Channel front;

  private LoopbackZtunnel(HboneSettings settings, HboneClocks clocks, Identities identities) {
    this.identities = identities;
    this.transport = HboneTransport.create(settings, this::credential, HboneEvents.NONE, clocks);
    this.group =
        transport.eventLoopGroup(
            Transport.IO_EVENT_LOOP_GROUP, 1, new DefaultThreadFactory("ztunnel", true), 50);
  }

  /** Runs without an outbound side until {@link #listen}. */
  public static LoopbackZtunnel create(HboneClocks clocks, Identities identities) {
    return create(HboneSettings.DEFAULT, clocks, identities);
  }

  /** The same with limits of its own. */
  public static LoopbackZtunnel create(
      HboneSettings settings, HboneClocks clocks, Identities identities) {
    return new LoopbackZtunnel(settings, clocks, identities);
  }

  private @Nullable Material credential(String name) {
    SpiffeId caller = callers.get(name);
    return caller == null ? null : identities.of(caller);
  }

  /**
   * Opens the outbound side; waits until it is bound, and throws what Netty threw if it cannot be.
   *
   * @param httpFront where plain HTTP goes: a server that reads the Host header and dials by SOCKS5
   */
  public void listen(
      InetSocketAddress address,
      Directory directory,
      Supplier<TrustDomain> trustDomain,
      InetSocketAddress httpFront,
      RefusedCallers refused) {
    Function<Channel, Future<Channel>> http = client -> dial(client.eventLoop(), false, httpFront);
    front =
        new ServerBootstrap()
            .group(group)
            .channelFactory(transport.serverChannelFactory(false))
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel client) {
                    client
                        .pipeline()
                        .addLast(
                            new FirstByte(
                                () ->
                                    new SocksDialogue(
                                        trustDomain.get(),
                                        directory,
                                        LoopbackZtunnel.this::tunnel,
                                        refused),
                                http,
                                refused));
                  }
                })
            .bind(address)
            .syncUninterruptibly()
            .channel();
  }

  /** Where SOCKS5 and plain HTTP are taken, with the actual port. */
  public InetSocketAddress outbound() {
    return (InetSocketAddress) Objects.requireNonNull(front).localAddress();
  }

  /**
   * Takes HBONE for a workload. Asking again for the same one changes who plays it, not where.
   *
   * @param workload {@code namespace/name}
   * @param app where its process listens
   * @param address where to take tunnels, when it is new
   * @return where tunnels are taken, with the actual port
   */
  public CompletionStage<InetSocketAddress> expose(
      String workload, SpiffeId identity, InetSocketAddress app, InetSocketAddress address) {
    Inbound.Local process = new Inbound.Local(identity, app);
    Inbound known = inbounds.get(workload);
    if (known != null) {
      known.played(process);
      return CompletableFuture.completedFuture(known.address());
    }
    return Inbound.listen(transport, address, identities, process)
        .thenApply(inbound -> {
          inbounds.put(workload, inbound);
          return inbound.address();
        });
  }

  private Future<Channel> tunnel(EventLoop loop, SpiffeId caller, Hop.Tunnel hop) {
    callers.putIfAbsent(caller.uri(), caller);
    return dial(
        loop,
        true,
        transport.convert(
            new WorkloadAddress(hop.hbone(), hop.identity(), hop.authority(), caller.uri())));
  }

  private Future<Channel> dial(EventLoop loop, boolean tunnel, SocketAddress address) {
    Promise<Channel> promise = loop.newPromise();
    var connecting =
        new Bootstrap()
            .group(loop)
            .channelFactory(transport.channelFactory(tunnel))
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .resolver(null)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(address);
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        promise.setSuccess(connecting.channel());
      } else {
        promise.setFailure(done.cause());
      }
    });
    return promise;
  }

  /** The next tunnels are opened in connections of their own; those that are open stay. */
  public void reconnect() {
    transport.drainOutbound();
  }

  @Override
  public void close() {
    if (front != null) {
      front.close();
    }
    inbounds.values().forEach(Inbound::close);
    transport.drainOutbound();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
