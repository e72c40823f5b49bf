// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Vert.x may expect of a channel; the same assertions for TCP and for a tunnel. */
final class ChannelContractTest {
  private enum Kind {
    TCP,
    TUNNEL
  }

  private final HboneRig rig = new HboneRig();

  /** Filled on an event loop, which must not wait for whoever takes from it. */
  private final BlockingQueue<Probe> accepted = new LinkedTransferQueue<>();

  private @Nullable Channel listening;
  private Consumer<Channel> serverSide = channel -> {};

  @AfterEach
  void close() {
    if (listening != null) {
      listening.close().awaitUninterruptibly();
    }
    rig.close();
  }

  private Probe dial(Kind kind, Consumer<Channel> clientSide) {
    ChannelFuture dialled = connect(kind, clientSide, listen(kind));
    assertThat(dialled.awaitUninterruptibly(10, TimeUnit.SECONDS)).isTrue();
    assertThat(dialled.cause()).isNull();
    return dialled.channel().pipeline().get(Probe.class);
  }

  private ChannelInitializer<Channel> probing(Consumer<Channel> side, boolean keep) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        side.accept(channel);
        Probe probe = new Probe(channel);
        channel.pipeline().addLast(probe);
        if (keep) {
          accepted.add(probe);
        }
      }
    };
  }

  private SocketAddress listen(Kind kind) {
    if (kind == Kind.TUNNEL) {
      rig.serveChannels(
          channel -> channel.pipeline().addLast(probing(c -> serverSide.accept(c), true)));
      rig.listen((connect, answer) -> answer.accept(ConnectAnswer.RAW));
      return new MeshSocketAddress(rig.workload("a:80"));
    }
    Channel bound =
        new ServerBootstrap()
            .group(rig.serverTransport.loops())
            .channelFactory(rig.serverTransport.inetServerChannels())
            .childOption(ChannelOption.SO_RCVBUF, 65_536)
            .childHandler(probing(c -> serverSide.accept(c), true))
            .bind(new InetSocketAddress("127.0.0.1", 0))
            .awaitUninterruptibly()
            .channel();
    listening = bound;
    return bound.localAddress();
  }

  private ChannelFuture connect(Kind kind, Consumer<Channel> clientSide, SocketAddress address) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(rig.clientTransport.loops())
            .resolver(io.netty.resolver.NoopAddressResolverGroup.INSTANCE)
            .handler(probing(clientSide, false));
    return bootstrap
        .channelFactory(rig.clientTransport.channelFactory(kind == Kind.TUNNEL))
        .connect(address);
  }

  @ParameterizedTest
  @EnumSource
  void eventsComeInOrder(Kind kind) {
    Probe client = dial(kind, channel -> {});
    Probe server = Probe.next(accepted);
    client.write("hello");
    server.awaitBytes(5);
    client.channel.close().awaitUninterruptibly();
    server.awaitEvent("inactive");
    client.awaitEvent("inactive");

    assertThat(server.text()).isEqualTo("hello");
    assertThat(server.failures).isEmpty();
    assertThat(client.failures).isEmpty();
    assertThat(server.channel.isOpen()).isFalse();
    eventually("it is no longer registered", () -> !server.channel.isRegistered());
  }

  @ParameterizedTest
  @EnumSource
  void activeComesBeforeReadAndReadCompleteAfter(Kind kind) {
    Probe client = dial(kind, channel -> {});
    Probe server = Probe.next(accepted);
    client.write("hello");
    eventually("it was read", () -> server.events.size() >= 3);

    assertThat(List.copyOf(server.events).subList(0, 3))
        .containsExactly("active", "read", "read complete");
  }

  @ParameterizedTest
  @EnumSource
  void withoutAutoReadEachReadIsAskedFor(Kind kind) {
    serverSide = channel -> channel.config().setAutoRead(false);
    Probe client = dial(kind, channel -> {});
    Probe server = Probe.next(accepted);
    client.write("one");
    client.channel.writeAndFlush(Unpooled.EMPTY_BUFFER).awaitUninterruptibly();
    assertThat(server.bytes).hasValue(0);
    server.channel.read();
    server.awaitBytes(3);
    server.awaitEvent("read complete");
    client.channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[4])).awaitUninterruptibly();
    onLoopOf(server.channel);
    assertThat(server.bytes).hasValue(3);
    server.channel.read();
    server.awaitBytes(7);
  }

  @ParameterizedTest
  @EnumSource
  void autoReadSwitchedOffForgetsTheReadThatWasPending(Kind kind) {
    Probe client = dial(kind, channel -> {});
    Probe server = Probe.next(accepted);
    client.write("one");
    server.awaitEvent("read complete");
    server
        .channel
        .eventLoop()
        .submit(() -> server.channel.config().setAutoRead(false))
        .awaitUninterruptibly();
    client.channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[4])).awaitUninterruptibly();
    onLoopOf(client.channel);
    onLoopOf(server.channel);
    assertThat(server.bytes).hasValue(3);
    server.channel.config().setAutoRead(true);
    server.awaitBytes(7);
  }

  private static void onLoopOf(Channel channel) {
    for (int i = 0; i < 20; i++) {
      channel.eventLoop().submit(() -> {}).awaitUninterruptibly();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReaderThatPausesMakesTheWriterUnwritableAndBackAgain(Kind kind) {
    serverSide = channel -> channel.config().setAutoRead(false);
    Probe client =
        dial(
            kind,
            channel ->
                channel
                    .config()
                    .setWriteBufferWaterMark(new WriteBufferWaterMark(16 * 1024, 32 * 1024)));
    Probe server = Probe.next(accepted);
    client.flood(8 * 1024);
    client.awaitEvent("unwritable");
    eventually("it stays so", () -> !client.channel.isWritable());
    server.channel.config().setAutoRead(true);
    client.awaitEvent("writable");
    server.awaitBytes(2_000_000);
    client.flood(0);
    long written = client.accepted.get();
    server.awaitBytes(written);
  }

  @ParameterizedTest
  @EnumSource
  void closeSendsWhatWasFlushedBefore(Kind kind) {
    Probe client = dial(kind, channel -> {});
    Probe server = Probe.next(accepted);
    client.write("x".repeat(50_000));
    client.channel.close().awaitUninterruptibly();
    server.awaitEvent("inactive");

    assertThat(server.bytes).hasValue(50_000);
    assertThat(server.failures).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void withHalfClosureTheEndIsAnEventAndTheOtherDirectionGoesOn(Kind kind) {
    serverSide = channel -> channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    Probe client = dial(kind, channel -> {});
    Probe server = Probe.next(accepted);
    shutdownOutput(client.channel);
    server.awaitEvent("input shut down");
    assertThat(server.channel.isActive()).isTrue();
    server.write("answer");
    client.awaitBytes(6);
    server.channel.close();
    client.awaitEvent("inactive");
    assertThat(client.failures).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void withoutHalfClosureTheEndCloses(Kind kind) {
    Probe client = dial(kind, channel -> {});
    Probe server = Probe.next(accepted);
    shutdownOutput(client.channel);
    server.awaitEvent("inactive");
    client.awaitEvent("inactive");
    assertThat(server.failures).isEmpty();
  }

  private static void shutdownOutput(Channel channel) {
    if (channel instanceof TunnelChannel tunnel) {
      tunnel.eventLoop().execute(() -> tunnel.shutdownOutput(tunnel.newPromise()));
    } else {
      ((SocketChannel) channel).shutdownOutput();
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesAfterCloseFail(Kind kind) {
    Probe client = dial(kind, channel -> {});
    client.channel.close().awaitUninterruptibly();
    ChannelFuture write =
        client.channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])).awaitUninterruptibly();

    assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
  }

  @ParameterizedTest
  @EnumSource
  void somethingElseThanBytesIsNotWritten(Kind kind) {
    Probe client = dial(kind, channel -> {});
    ChannelFuture write = client.channel.writeAndFlush("text").awaitUninterruptibly();

    assertThat(write.cause()).isInstanceOf(UnsupportedOperationException.class);
    assertThat(client.channel.isActive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void closingWhileConnectingFailsTheConnect(Kind kind) throws Exception {
    try (RawTls.Listener silent = new RawTls.Listener(rig.ca.issue(HboneRig.WAYPOINT));
        var full = new FullBacklog()) {
      ChannelFuture pending =
          connect(
              kind,
              channel -> {},
              kind == Kind.TUNNEL
                  ? new MeshSocketAddress(silent.workload("a:80"))
                  : full.address());
      pending.channel().close().awaitUninterruptibly();

      assertThat(pending.awaitUninterruptibly(10, TimeUnit.SECONDS)).isTrue();
      assertThat(pending.cause()).isInstanceOf(ClosedChannelException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectThatTakesTooLongFails(Kind kind) throws Exception {
    try (RawTls.Listener silent = new RawTls.Listener(rig.ca.issue(HboneRig.WAYPOINT));
        var full = new FullBacklog()) {
      ChannelFuture pending =
          connect(
              kind,
              channel -> channel.config().setConnectTimeoutMillis(200),
              kind == Kind.TUNNEL
                  ? new MeshSocketAddress(silent.workload("a:80"))
                  : full.address());

      assertThat(pending.awaitUninterruptibly(10, TimeUnit.SECONDS)).isTrue();
      assertThat(pending.cause()).isInstanceOf(ConnectTimeoutException.class);
      assertThat(pending.channel().closeFuture().awaitUninterruptibly(10_000)).isTrue();
    }
  }

  /** A TCP port where nobody accepts and whose queue is full, so that connecting hangs. */
  private static final class FullBacklog implements AutoCloseable {
    private final java.net.ServerSocket socket =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
    private final List<java.nio.channels.SocketChannel> waiting = new java.util.ArrayList<>();

    FullBacklog() throws java.io.IOException {
      for (int i = 0; i < 8; i++) {
        var channel = java.nio.channels.SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(address());
        waiting.add(channel);
      }
    }

    SocketAddress address() {
      return socket.getLocalSocketAddress();
    }

    @Override
    public void close() throws java.io.IOException {
      for (var channel : waiting) {
        channel.close();
      }
      socket.close();
    }
  }
}
