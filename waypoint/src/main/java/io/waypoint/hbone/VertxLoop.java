// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An event loop as Vert.x sees it, for what is served on it without Vert.x: code that Netty calls
 * has to be on Vert.x's context, or its timers and futures would come back elsewhere.
 *
 * <pre>
 *   Object before = loop.enter();
 *   try { ... } finally { loop.leave(before); }
 * </pre>
 */
public final class VertxLoop {
  private final ContextInternal context;

  private VertxLoop(ContextInternal context) {
    this.context = context;
  }

  /** That of the calling context. */
  public static VertxLoop current(Vertx vertx) {
    return new VertxLoop((ContextInternal) vertx.getOrCreateContext());
  }

  public EventLoop netty() {
    return context.nettyEventLoop();
  }

  /** From here on the calling thread, which is the loop's, is on its context. */
  public @Nullable Object enter() {
    return context.beginDispatch();
  }

  public void leave(@Nullable Object before) {
    context.endDispatch((ContextInternal) before);
  }

  /** A channel's address as Vert.x would show it. */
  public static SocketAddress address(java.net.SocketAddress address) {
    return switch (address) {
      case MeshSocketAddress mesh -> mesh.address();
      case InetSocketAddress inet -> SocketAddress.inetSocketAddress(inet);
      default -> throw new IllegalArgumentException("no address of ours: " + address);
    };
  }
}
