// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.ProxyOptions;
import io.waypoint.dev.bookinfo.Bookinfo;
import io.waypoint.dev.echo.Echo;
import io.waypoint.dev.ztunnel.LoopbackZtunnel;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.rbac.identity.SpiffeId;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who plays each workload of the mesh on this machine: the process that an annotation names, a
 * server of the shop for a Deployment of its name, and an echo for everything else. Asked by the
 * reader of the configuration, on its thread, so it may wait.
 */
final class Processes implements LocalTable {
  private final Vertx vertx;
  private final LoopbackZtunnel ztunnel;
  private final Addresses addresses;
  private final Function<SpiffeId, ProxyOptions> mesh;
  private final RandomGenerator random;
  private final Map<String, InetSocketAddress> apps = new ConcurrentHashMap<>();
  private volatile @Nullable RuntimeException failure;

  /**
   * @param mesh the way into the mesh as somebody
   */
  Processes(
      Vertx vertx,
      LoopbackZtunnel ztunnel,
      Addresses addresses,
      Function<SpiffeId, ProxyOptions> mesh,
      RandomGenerator random) {
    this.vertx = vertx;
    this.ztunnel = ztunnel;
    this.addresses = addresses;
    this.mesh = mesh;
    this.random = random;
  }

  @Override
  public LocalProcess find(LocalWorkload workload) {
    InetSocketAddress annotated = workload.annotated();
    try {
      InetSocketAddress app =
          annotated != null && !annotated.isUnresolved()
              ? annotated
              : apps.computeIfAbsent(workload.key(), key -> start(workload));
      InetSocketAddress hbone =
          ztunnel
              .expose(workload.key(), workload.identity(), app, addresses.of(workload.key()))
              .toCompletableFuture()
              .join();
      return new LocalProcess(app, hbone);
    } catch (Exception e) {
      // Vert.x throws what it failed with as it is, checked or not.
      RuntimeException told = new IllegalStateException("cannot run " + workload.key(), e);
      failure = told;
      throw told;
    }
  }

  /** Why a process could not be started or exposed; null when all could. */
  @Nullable RuntimeException failure() {
    return failure;
  }

  private InetSocketAddress start(LocalWorkload workload) {
    Handler<HttpServerRequest> handler;
    Handler<ServerWebSocket> sockets = null;
    if (Bookinfo.deployments().contains(workload.name())) {
      handler = Bookinfo.server(workload.name(), name -> client(workload.identity()));
    } else {
      Echo echo = new Echo(vertx, workload.name(), random);
      handler = echo;
      sockets = echo::handle;
    }
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
            .requestHandler(handler)
            .webSocketHandler(sockets);
    int port = server.listen(0, "127.0.0.1").await().actualPort();
    return new InetSocketAddress("127.0.0.1", port);
  }

  private HttpClient client(SpiffeId identity) {
    return vertx
        .httpClientBuilder()
        .with(new HttpClientOptions().setProxyOptions(mesh.apply(identity)))
        .with(new PoolOptions().setHttp1MaxSize(128))
        .build();
  }
}
