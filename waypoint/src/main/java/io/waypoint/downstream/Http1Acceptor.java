// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vertx.core.net.SocketAddress;
import io.waypoint.hbone.Newcomers;
import io.waypoint.hbone.VertxLoop;
import io.waypoint.http1.RequestLimits;
import java.util.function.Consumer;

/** Serves HTTP/1 on the channels of one event loop. */
public final class Http1Acceptor implements Newcomers {
  private static final int SCRATCH = 1024;

  /** Who answers the requests of a connection. */
  @FunctionalInterface
  public interface Service {
    /** A connection between two addresses was accepted: who takes its requests. */
    Consumer<IncomingRequest> connected(SocketAddress remote, SocketAddress local);
  }

  private final VertxLoop loop;
  private final RequestLimits limits;
  private final Service service;

  /** Heads are written in here first: an array is written faster than a buffer. */
  private final ByteBuf scratch = Unpooled.buffer(SCRATCH);

  public Http1Acceptor(VertxLoop loop, RequestLimits limits, Service service) {
    this.loop = loop;
    this.limits = limits;
    this.service = service;
  }

  @Override
  public void accept(Channel channel) {
    channel.pipeline().addLast(new Http1Connection(this));
  }

  Consumer<IncomingRequest> service(Channel channel) {
    return service.connected(
        VertxLoop.address(channel.remoteAddress()), VertxLoop.address(channel.localAddress()));
  }

  VertxLoop loop() {
    return loop;
  }

  RequestLimits limits() {
    return limits;
  }

  ByteBuf scratch() {
    return scratch.clear();
  }
}
