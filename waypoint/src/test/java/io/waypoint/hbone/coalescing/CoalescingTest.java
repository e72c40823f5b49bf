// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Real loops and sockets; what comes decides whether they rest. */
class CoalescingTest {
  private static final int MOST_BYTES = 4_000_000;

  private final List<Boolean> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger rests = new AtomicInteger();

  /** Two messages in 20 ms are enough, however busy. */
  private final Coalescing coalescing =
      new Coalescing(
          new Pace.Worth(20_000_000, 0, 2, 1_000), System::nanoTime, this::rest, told::add);

  private void rest(long nanos) {
    rests.incrementAndGet();
    LockSupport.parkNanos(nanos);
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ctx.writeAndFlush(((ByteBuf) message).retain());
      ((ByteBuf) message).release();
    }
  }

  private static MultiThreadIoEventLoopGroup loops(IoHandlerFactory io) {
    return new MultiThreadIoEventLoopGroup(1, io);
  }

  @Test
  void everyByteComesThroughALoopThatRests() throws Exception {
    var loops = loops(coalescing.over(NioIoHandler.newFactory()));
    try {
      Channel server =
          new ServerBootstrap()
              .group(loops)
              .channel(NioServerSocketChannel.class)
              .childHandler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel.pipeline().addLast(new Echo());
                    }
                  })
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .sync()
              .channel();
      int port = ((InetSocketAddress) server.localAddress()).getPort();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        ask(socket);
      }
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
    assertThat(rests).hasPositiveValue();
    // One caller waits for each answer, so it may have been given up and begun again.
    assertThat(told).isNotEmpty();
    for (int i = 0; i < told.size(); i++) {
      assertThat(told.get(i)).isEqualTo(i % 2 == 0);
    }
    assertThat(told.getLast()).isFalse();
  }

  /** Asks until the loop rests, and for as long again; every answer must be right. */
  private void ask(Socket socket) throws Exception {
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    int last = MOST_BYTES;
    for (int i = 0; i < last; i++) {
      out.write(i);
      assertThat(in.read()).isEqualTo(i & 0xff);
      if (last == MOST_BYTES && !told.isEmpty()) {
        last = i + 20;
      }
    }
  }

  @Test
  void messagesAreCountedOnLoopsOfOursAlone() {
    var ours = loops(coalescing.over(NioIoHandler.newFactory()));
    var others = loops(NioIoHandler.newFactory());
    try {
      EventLoop loop = ours.next();
      assertThat(coalescing.on(loop)).isInstanceOf(CoalescingIo.class);
      assertThat(coalescing.on(others.next())).isSameAs(Arrivals.NONE);
    } finally {
      ours.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      others.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  @Test
  void offMeansThatNothingIsBetween() {
    IoHandlerFactory plain = NioIoHandler.newFactory();
    assertThat(new Coalescing(Duration.ZERO, System::nanoTime, told::add).over(plain))
        .isSameAs(plain);
  }
}
