// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.vertx.core.spi.transport.Transport;
import io.waypoint.hbone.HboneClocks;
import io.waypoint.hbone.HboneEvents;
import io.waypoint.hbone.HboneSettings;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.hbone.WorkloadAddress;
import io.waypoint.identity.Material;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The callers and the ztunnel in front of them, on one event loop: opens tunnels to a waypoint with
 * the caller's certificate and asks through them at the pacer's times.
 */
public final class Generator implements AutoCloseable {
  private static final Duration FORGET = Duration.ofMillis(20);

  /** Streams on a connection without tunnels; as many as there are tunnels on one at most. */
  private static final int MOST_STREAMS = HboneSettings.DEFAULT.poolStreams();

  private final Material caller;
  private final HboneTransport transport;
  private final EventLoopGroup group;

  /** Makes every connection a new one; on the loop. */
  private long serial;

  /** The tunnels to one target, open as long as it is measured. */
  public final class Session implements AutoCloseable {
    private final Pacer pacer;

    private Session(Pacer pacer) {
      this.pacer = pacer;
    }

    /** Requests become due {@code rate} times a second for that long; waits for the answers. */
    public Tally openLoop(double rate, double seconds) {
      return pacer.start(new Pacer.Pace(rate, seconds)).join();
    }

    /** Every lane asks again as soon as it is answered. */
    public Tally closedLoop(double seconds) {
      return pacer.start(new Pacer.Pace(0, seconds)).join();
    }

    /** The run under way ends early; any thread may ask for it. */
    public void stop() {
      pacer.stop();
    }

    /** How many requests can be under way; less than asked for when tunnels were lost. */
    public int lanes() {
      return pacer.lanes();
    }

    @Override
    public void close() {
      group.next().submit(pacer::close).syncUninterruptibly();
    }
  }

  /** Tunnels beside those that are measured, open until closed. */
  public final class Company implements AutoCloseable {
    private final List<Channel> idle = new ArrayList<>();
    private final List<SlowReader> slow = new ArrayList<>();
    private final AtomicLong failures = new AtomicLong();

    private Company() {}

    /** Tunnels that were lost, and wrong answers of slow readers, since the last call. */
    public long failures() {
      long lost = idle.stream().filter(channel -> !channel.isActive()).count();
      return failures.getAndSet(0) + lost;
    }

    @Override
    public void close() {
      group
          .next()
          .submit(() -> {
            slow.forEach(SlowReader::close);
            idle.forEach(Channel::close);
          })
          .syncUninterruptibly();
    }
  }

  /** Keeps connections as a ztunnel does. */
  public Generator(Material caller) {
    this(caller, HboneSettings.DEFAULT);
  }

  /** Keeps no connection without tunnels: for loads that open one for each request. */
  static Generator forgetful(Material caller) {
    return new Generator(caller, HboneSettings.DEFAULT.withPool(FORGET, 1));
  }

  private Generator(Material caller, HboneSettings settings) {
    this.caller = caller;
    HboneClocks clocks = new HboneClocks(InstantSource.system(), System::nanoTime);
    transport = HboneTransport.create(settings, name -> caller, HboneEvents.NONE, clocks);
    group =
        transport.eventLoopGroup(
            Transport.IO_EVENT_LOOP_GROUP, 1, new DefaultThreadFactory("generator", true), 50);
    group.submit(TimerSlack::least).syncUninterruptibly();
  }

  /**
   * Opens all tunnels of a load.
   *
   * @throws IllegalStateException when one of them is refused, with the reason
   */
  public Session open(Target target, Cell.Load load, List<String> paths) {
    return open(target, load, paths, null);
  }

  /**
   * Opens all tunnels of a load whose requests carry a token.
   *
   * @param token null for none
   */
  Session open(Target target, Cell.Load load, List<String> paths, @Nullable String token) {
    Pacer pacer = new Pacer(group.next(), System::nanoTime);
    Requests requests = new Requests(paths, load, token);
    switch (target) {
      case Target.Tunnels tunnels -> tunnels(tunnels, load, requests, pacer);
      case Target.Streams streams -> streams(streams, load, requests, pacer);
    }
    return new Session(pacer);
  }

  private void tunnels(Target.Tunnels target, Cell.Load load, Requests requests, Pacer pacer) {
    EventLoop loop = pacer.loop();
    for (int i = 0; i < load.tunnels(); i++) {
      if (load.wire() == Cell.Wire.TUNNEL || load.wire() == Cell.Wire.HANDSHAKE) {
        Supplier<ChannelFuture> dial =
            load.wire() == Cell.Wire.TUNNEL
                ? () -> dialling(target, WorkloadAddress.OWN)
                : () -> dialling(target, Long.toString(serial++));
        group.submit(() -> pacer.add(new FreshLane(dial, requests, pacer))).syncUninterruptibly();
        continue;
      }
      Channel channel = dial(target);
      CompletableFuture<Void> added = new CompletableFuture<>();
      loop.execute(() -> {
        if (load.wire() == Cell.Wire.GRPC) {
          Http2Connection connection =
              new Http2Connection(channel, Http2Connection.Form.GRPC, requests, pacer);
          channel.pipeline().addLast(connection.handler());
          channel.config().setAutoRead(true);
          for (int lane = 0; lane < load.streams(); lane++) {
            pacer.add(connection.lane());
          }
        } else {
          pacer.add(new Http1Lane(channel, requests, pacer));
        }
        added.complete(null);
      });
      added.join();
    }
  }

  private void streams(Target.Streams target, Cell.Load load, Requests requests, Pacer pacer) {
    SslContext tls = StreamTls.client(caller, target.identity());
    for (int left = load.tunnels(); left > 0; left -= MOST_STREAMS) {
      int lanes = Math.min(left, MOST_STREAMS);
      ChannelFuture dialled =
          new Bootstrap()
              .group(group)
              .channelFactory(transport.channelFactory(false))
              .handler(
                  StreamTls.channel(
                      tls,
                      channel -> {
                        Http2Connection connection =
                            new Http2Connection(
                                channel, Http2Connection.Form.PLAIN, requests, pacer);
                        for (int lane = 0; lane < lanes; lane++) {
                          pacer.add(connection.lane());
                        }
                        return connection.handler();
                      }))
              .connect(target.at());
      await(dialled, target);
      await(dialled.channel().pipeline().get(SslHandler.class).handshakeFuture(), target);
    }
  }

  private static void await(Future<?> done, Target target) {
    done.awaitUninterruptibly();
    if (!done.isSuccess()) {
      throw new IllegalStateException(
          "no connection to " + target.at() + ": " + done.cause().getMessage(), done.cause());
    }
  }

  /** Opens what is beside a load; the slow readers ask what it asks. */
  public Company accompany(Target target, Cell cell, List<String> paths, @Nullable String token) {
    Company company = new Company();
    if (!(target instanceof Target.Tunnels tunnels)) {
      return company;
    }
    for (int i = 0; i < cell.beside().idle(); i++) {
      company.idle.add(dial(tunnels));
    }
    for (int i = 0; i < cell.beside().slow(); i++) {
      Channel channel = dial(tunnels);
      Requests requests = new Requests(paths, cell.load(), token);
      group
          .next()
          .submit(() -> company.slow.add(new SlowReader(channel, requests, company.failures)))
          .syncUninterruptibly();
    }
    return company;
  }

  /**
   * @param credential connections are shared among those who show the same
   */
  private ChannelFuture dialling(Target.Tunnels target, String credential) {
    return new Bootstrap()
        .group(group)
        .channelFactory(transport.channelFactory(true))
        .option(ChannelOption.AUTO_READ, false)
        .resolver(null)
        .handler(new Ending())
        .connect(
            transport.convert(
                new WorkloadAddress(
                    target.at(), target.identity(), target.authority(), credential)));
  }

  private Channel dial(Target.Tunnels target) {
    ChannelFuture dialled = dialling(target, WorkloadAddress.OWN);
    dialled.awaitUninterruptibly();
    if (!dialled.isSuccess()) {
      throw new IllegalStateException(
          "no tunnel to " + target.at() + ": " + dialled.cause().getMessage(), dialled.cause());
    }
    return dialled.channel();
  }

  /** A tunnel that breaks is closed; who has an interest in it looks whether it is. */
  private static final class Ending extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  @Override
  public void close() {
    transport.drainOutbound();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
