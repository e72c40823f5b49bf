// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets on both sides of a relay. */
@Timeout(30)
class RelayTest {
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
  private ServerSocket far;
  private Socket left;
  private Socket right;
  private Channel leftSide;
  private Channel rightSide;

  @BeforeEach
  void aRelayBetweenTwoSockets() throws Exception {
    far = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Channel front =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.add(channel);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    left = new Socket();
    left.connect(front.localAddress());
    leftSide = accepted.poll(10, TimeUnit.SECONDS);
    ChannelFuture dialled =
        new Bootstrap()
            .group(leftSide.eventLoop())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.AUTO_READ, false)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {}
                })
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), far.getLocalPort()))
            .sync();
    rightSide = dialled.channel();
    right = far.accept();
    loop.submit(() -> Relay.join(leftSide, rightSide, false)).sync();
    front.close();
  }

  @AfterEach
  void close() throws Exception {
    left.close();
    right.close();
    far.close();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Test
  void bytesPassBothWays() throws Exception {
    left.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
    assertThat(right.getInputStream().readNBytes(4)).asString().isEqualTo("ping");

    right.getOutputStream().write("pong".getBytes(StandardCharsets.US_ASCII));
    assertThat(left.getInputStream().readNBytes(4)).asString().isEqualTo("pong");
  }

  @Test
  void oneSideMayEndWhileTheOtherGoesOn() throws Exception {
    left.getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
    left.shutdownOutput();
    assertThat(right.getInputStream().readAllBytes()).asString().isEqualTo("question");

    right.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
    right.shutdownOutput();

    assertThat(left.getInputStream().readAllBytes()).asString().isEqualTo("answer");
    assertThat(leftSide.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(rightSide.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatWasWrittenBeforeTheEndArrives() throws Exception {
    byte[] body = new byte[3_000_000];
    Thread.ofVirtual()
        .start(() -> {
          try {
            left.getOutputStream().write(body);
            left.close();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });

    assertThat(right.getInputStream().readAllBytes()).hasSize(body.length);
  }

  @Test
  void sideThatDoesNotReadStopsTheOther() throws Exception {
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              byte[] block = new byte[1 << 16];
              try {
                while (true) {
                  left.getOutputStream().write(block);
                }
              } catch (IOException e) {
                // The test is over.
              }
            });

    while (!onLoop(() -> !leftSide.config().isAutoRead() && !rightSide.isWritable())) {
      Thread.onSpinWait();
    }
    long held = onLoop(() -> rightSide.unsafe().outboundBuffer().totalPendingWriteBytes());
    assertThat(held).isLessThan(1 << 20);
    right.close();
    writer.join();
    assertThat(leftSide.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  private <T> T onLoop(Callable<T> question) throws Exception {
    return leftSide.eventLoop().submit(question).get(10, TimeUnit.SECONDS);
  }
}
