// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * The acceptor group of Vert.x, with one difference: a server that is bound from an I/O loop is
 * accepted on that loop. So a tunnel that arrives on a loop is initialised on it before its next
 * byte is read, without a hop to the acceptor's thread.
 */
final class AcceptorLoops extends AbstractEventExecutorGroup implements EventLoopGroup {
  private final EventLoopGroup io;
  private final EventLoopGroup acceptors;

  AcceptorLoops(EventLoopGroup io, EventLoopGroup acceptors) {
    this.io = io;
    this.acceptors = acceptors;
  }

  @Override
  public EventLoop next() {
    for (EventExecutor loop : io) {
      if (loop.inEventLoop() && loop instanceof EventLoop current) {
        return current;
      }
    }
    return acceptors.next();
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return next().register(channel);
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    return next().register(promise);
  }

  @Override
  @SuppressWarnings("deprecation")
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    return next().register(channel, promise);
  }

  @Override
  public Iterator<EventExecutor> iterator() {
    return acceptors.iterator();
  }

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    return acceptors.shutdownGracefully(quietPeriod, timeout, unit);
  }

  @Override
  public Future<?> terminationFuture() {
    return acceptors.terminationFuture();
  }

  @Override
  @Deprecated
  public void shutdown() {
    acceptors.shutdownGracefully();
  }

  @Override
  public boolean isShuttingDown() {
    return acceptors.isShuttingDown();
  }

  @Override
  public boolean isShutdown() {
    return acceptors.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return acceptors.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return acceptors.awaitTermination(timeout, unit);
  }
}
