// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.PeerTrustManager;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of istiod that ztunnels and waypoints talk to, for a mesh on this machine: it signs
 * certificates with the dev authority and tells the world as it changes.
 *
 * <pre>
 *   world ──► AddressBook ──► DiscoveryService ──► streams of clients
 *   authority ──────────────► CertificateService ─► certificates
 * </pre>
 */
public final class ControlPlane implements AutoCloseable {
  private static final int LARGEST_REQUEST = 8 << 20;
  private static final String AUTHORIZATION = "type.googleapis.com/istio.security.Authorization";

  private final HttpServer server;
  private final DiscoveryService discovery;
  private final Supplier<@Nullable ServedWaypoint> waypoint;
  private WorldHolder.@Nullable Subscription worlds;

  private ControlPlane(
      HttpServer server, DiscoveryService discovery, Supplier<@Nullable ServedWaypoint> waypoint) {
    this.server = server;
    this.discovery = discovery;
    this.waypoint = waypoint;
  }

  /**
   * Starts to listen. From then on every world is told.
   *
   * @param waypoint null until it serves
   */
  public static Future<ControlPlane> listen(
      Vertx vertx,
      ControlPlaneSettings settings,
      DevCa ca,
      InstantSource clock,
      Supplier<@Nullable ServedWaypoint> waypoint) {
    Context loop = vertx.getOrCreateContext();
    Promise<ControlPlane> started = Promise.promise();
    loop.runOnContext(turn -> {
      var gate = new Gate(settings.callers());
      GrpcServer calls =
          GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(LARGEST_REQUEST));
      new CertificateService(ca, gate).serve(calls);
      var discovery = new DiscoveryService(gate, loop);
      discovery.serve(calls);
      vertx
          .createHttpServer(options(settings, ca, clock))
          .requestHandler(calls)
          .listen(settings.port(), settings.host())
          .map(server -> new ControlPlane(server, discovery, waypoint))
          .onComplete(started);
    });
    return started.future();
  }

  private static HttpServerOptions options(
      ControlPlaneSettings settings, DevCa ca, InstantSource clock) {
    return new HttpServerOptions()
        .setSsl(true)
        .setUseAlpn(true)
        .setClientAuth(ClientAuth.REQUEST)
        .setKeyCertOptions(KeyCertOptions.wrap(new ServerIdentity(ca, settings.names(), clock)))
        .setTrustOptions(TrustOptions.wrap(PeerTrustManager.ofClients(ca::trust, clock)));
  }

  /** Tells the worlds of this holder from now on. */
  public void tell(WorldHolder holder) {
    worlds = holder.subscribe(this::tell);
  }

  /** Tells this world. */
  public void tell(World world) {
    discovery.publish(AddressBook.TYPE, AddressBook.of(world, waypoint.get()));
    // Policies of layer 4 are none of this mesh's: its own ztunnel has none to enforce either.
    discovery.publish(AUTHORIZATION, Resources.NONE);
  }

  public int port() {
    return server.actualPort();
  }

  @Override
  public void close() {
    if (worlds != null) {
      worlds.close();
    }
    server.close();
  }
}
