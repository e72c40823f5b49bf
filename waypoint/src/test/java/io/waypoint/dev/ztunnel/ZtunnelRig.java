// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.ProxyOptions;
import io.waypoint.hbone.HboneClocks;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A ztunnel without a waypoint: services lead straight to the workload that serves them. */
final class ZtunnelRig implements AutoCloseable {
  static final TrustDomain DOMAIN = new TrustDomain("cluster.local");

  final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  final List<String> refusals = new CopyOnWriteArrayList<>();
  final Map<String, Hop.Tunnel> services = new ConcurrentHashMap<>();
  final LoopbackZtunnel ztunnel;
  private final DevCa ca =
      DevCa.create(DOMAIN, DevCa.DAY, InstantSource.system(), new SecureRandom());
  private final Map<SpiffeId, Material> issued = new ConcurrentHashMap<>();
  private final HttpFront front;

  ZtunnelRig() {
    HboneClocks clocks = new HboneClocks(InstantSource.system(), System::nanoTime);
    ztunnel =
        LoopbackZtunnel.create(clocks, id -> issued.computeIfAbsent(id, fresh -> ca.issue(fresh)));
    HttpFront.Settings settings =
        new HttpFront.Settings(() -> DOMAIN, "sleep.default", "127.0.0.1", 0);
    front = await(HttpFront.listen(vertx, settings, this::find, () -> socks("nobody.default")));
    ztunnel.listen(loopback(0), this::find, () -> DOMAIN, loopback(front.port()), refusals::add);
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  static SpiffeId identity(String account) {
    return SpiffeId.of("cluster.local", "default", account);
  }

  /** Makes a local process a service of the mesh. */
  void expose(String service, InetSocketAddress app) {
    InetSocketAddress hbone =
        await(
            ztunnel
                .expose("default/" + service, identity(service), app, loopback(0))
                .toCompletableFuture());
    String authority = app.getAddress().getHostAddress() + ":" + app.getPort();
    services.put(service, new Hop.Tunnel(hbone, identity(service).uri(), authority));
  }

  private Hop find(SpiffeId caller, String host, int port) {
    Hop.Tunnel known = services.get(host);
    return known == null ? new Hop.Nowhere("there is no such service") : known;
  }

  ProxyOptions socks(String caller) {
    return HttpFront.socks("127.0.0.1", ztunnel.outbound().getPort(), caller);
  }

  static <T> T await(Future<T> future) {
    return await(future.toCompletionStage().toCompletableFuture());
  }

  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(20, SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    ztunnel.close();
    await(front.close());
    await(vertx.close());
  }
}
