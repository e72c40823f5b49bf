// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire to a server on this machine that can be cut and mended. */
final class Gap implements AutoCloseable {
  private final NetServer server;
  private final NetClient client;
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Gap(Vertx vertx, int to) {
    this.client = vertx.createNetClient();
    this.server =
        vertx
            .createNetServer(new NetServerOptions().setHost("127.0.0.1"))
            .connectHandler(near -> join(near, to))
            .listen(0)
            .await();
  }

  private void join(NetSocket near, int to) {
    if (closed) {
      near.close();
      return;
    }
    near.pause();
    open.add(near);
    near.closeHandler(_ -> open.remove(near));
    client
        .connect(to, "127.0.0.1")
        .onSuccess(far -> {
          near.closeHandler(_ -> {
            open.remove(near);
            far.close();
          });
          far.closeHandler(_ -> near.close());
          far.pipeTo(near);
          near.pipeTo(far);
        })
        .onFailure(_ -> near.close());
  }

  int port() {
    return server.actualPort();
  }

  /** Breaks all connections; new ones are taken. */
  void cut() {
    open.forEach(NetSocket::close);
  }

  /** Breaks all connections and takes no new ones. */
  void open() {
    closed = true;
    cut();
  }

  void mend() {
    closed = false;
  }

  @Override
  public void close() {
    server.close().await();
    client.close().await();
  }
}
