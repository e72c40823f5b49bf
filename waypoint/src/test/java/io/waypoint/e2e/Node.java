// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.waypoint.dev.ztunnel.Directory;
import io.waypoint.dev.ztunnel.LoopbackZtunnel;
import io.waypoint.discovery.translate.LocalTable.LocalProcess;
import io.waypoint.discovery.translate.LocalTable.LocalWorkload;
import io.waypoint.hbone.HboneClocks;
import io.waypoint.hbone.HboneSettings;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Objects;

/** What surrounds a waypoint: a ztunnel, applications of the test's behind it, and callers. */
final class Node implements AutoCloseable {
  static final TrustDomain DOMAIN = new TrustDomain("cluster.local");
  static final SpiffeId SLEEP = new SpiffeId(DOMAIN, "default", "sleep");
  static final SpiffeId WAYPOINT = new SpiffeId(DOMAIN, "default", "waypoint");
  static final HboneClocks CLOCKS = new HboneClocks(InstantSource.system(), System::nanoTime);

  private static final InetSocketAddress ANYWHERE = new InetSocketAddress("127.0.0.1", 0);

  private final Vertx vertx = Vertx.vertx();
  private final LoopbackZtunnel ztunnel;

  Node(LoopbackZtunnel.Identities identities, HboneSettings settings) {
    ztunnel = LoopbackZtunnel.create(settings, CLOCKS, identities);
  }

  Vertx vertx() {
    return vertx;
  }

  /** An application that speaks both versions of HTTP; returns its port. */
  int serve(Handler<HttpServerRequest> handler) {
    return serve("127.0.0.1", handler);
  }

  int serve(String address, Handler<HttpServerRequest> handler) {
    return vertx
        .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
        .requestHandler(handler)
        .listen(0, address)
        .await()
        .actualPort();
  }

  /** Takes tunnels for the process that a workload's annotation names. */
  LocalProcess expose(LocalWorkload workload) {
    InetSocketAddress app = Objects.requireNonNull(workload.annotated());
    return new LocalProcess(app, expose(workload.key(), workload.identity(), app, ANYWHERE));
  }

  InetSocketAddress expose(
      String key, SpiffeId identity, InetSocketAddress app, InetSocketAddress hbone) {
    return ztunnel.expose(key, identity, app, hbone).toCompletableFuture().join();
  }

  /** Lets callers in. */
  void listen(Directory directory) {
    ztunnel.listen(ANYWHERE, directory, () -> DOMAIN, ANYWHERE, reason -> {});
  }

  InetSocketAddress outbound() {
    return ztunnel.outbound();
  }

  @Override
  public void close() {
    ztunnel.close();
    vertx.close().await();
  }
}
