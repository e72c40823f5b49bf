// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.ProxyOptions;
import io.waypoint.Clocks;
import io.waypoint.Waypoint;
import io.waypoint.config.Problem;
import io.waypoint.dev.DevMeshException.Kind;
import io.waypoint.dev.controlplane.ControlPlane;
import io.waypoint.dev.controlplane.ServedWaypoint;
import io.waypoint.dev.ztunnel.HttpFront;
import io.waypoint.dev.ztunnel.LoopbackZtunnel;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.hbone.HboneClocks;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import io.waypoint.identity.RotatingCertificates;
import io.waypoint.identity.Scheduler;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import io.waypoint.world.GatewayName;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A whole mesh in this process, on the loopback: an authority, the production waypoint, a ztunnel
 * and the processes that play the workloads. Neither root nor a network is needed.
 *
 * <pre>
 *   files ──► world ──► processes, one HBONE listener each
 *               ├─────► waypoint
 *               └─────► ztunnel ◄── SOCKS5 and plain HTTP
 * </pre>
 */
public final class DevMesh implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final GatewayName NO_GATEWAY = new GatewayName("default", "waypoint");

  private final DevSettings settings;
  private final Clocks clocks;
  private final WorldHolder worlds = new WorldHolder();
  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final CompletableFuture<Void> drainAsked = new CompletableFuture<>();
  private final Issued issued;
  private final Vertx vertx;
  private final LoopbackZtunnel ztunnel;
  private final WorldDirectory directory;
  private final Source source;
  private Source.@Nullable Running running;
  private boolean drained;
  private @Nullable DevCa ca;
  private @Nullable SpiffeId identity;
  private @Nullable Waypoint waypoint;
  private @Nullable HttpFront httpFront;
  private @Nullable ControlPlane controlPlane;

  /** Where the world comes from. */
  @FunctionalInterface
  interface Source {
    /** What is running once there is a world. */
    interface Running extends AutoCloseable {
      List<Problem> problems();

      @Override
      void close();
    }

    /**
     * Starts and waits for the first world.
     *
     * @param processes asked where workloads run
     */
    Running start(LocalTable processes, WorldHolder worlds) throws DevMeshException;
  }

  private DevMesh(DevSettings settings, Source source, Clocks clocks) {
    this.settings = settings;
    this.source = source;
    this.clocks = clocks;
    this.issued = new Issued(clocks.wall(), settings.certificateLifetime());
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    closing.push(() -> vertx.close().await());
    HboneClocks tunnelClocks = new HboneClocks(clocks.wall(), clocks.nanos());
    this.ztunnel = LoopbackZtunnel.create(tunnelClocks, issued);
    closing.push(ztunnel::close);
    this.directory =
        new WorldDirectory(
            worlds,
            () -> {
              Waypoint running = waypoint;
              return running == null
                  ? null
                  : new WorldDirectory.WaypointAddress(running.address(), waypointIdentity());
            });
  }

  /**
   * Starts everything and waits until it serves. Not to be called on an event loop.
   *
   * @throws DevMeshException when something is in the way; then nothing is left behind
   */
  public static DevMesh start(DevSettings settings, Clocks clocks) throws DevMeshException {
    return start(settings, new FileSource(settings), clocks);
  }

  static DevMesh start(DevSettings settings, Source source, Clocks clocks) throws DevMeshException {
    DevMesh mesh = new DevMesh(settings, source, clocks);
    try {
      mesh.start();
      return mesh;
    } catch (DevMeshException e) {
      mesh.close();
      throw e;
    } catch (Exception e) {
      // Vert.x and Netty throw what they failed with as it is, checked or not.
      mesh.close();
      throw mesh.explained(e);
    }
  }

  private void start() throws DevMeshException {
    startZtunnel();
    World world = discover();
    DevCa authority =
        DevCa.create(
            world.mesh().trustDomain(),
            settings.certificateLifetime(),
            clocks.wall(),
            clocks.secrets());
    ca = authority;
    issued.by(authority);
    GatewayName gateway = Objects.requireNonNullElse(world.gateway(), NO_GATEWAY);
    identity = new SpiffeId(world.mesh().trustDomain(), gateway.namespace(), gateway.name());
    startWaypoint(authority);
    startControlPlane(authority, gateway);
  }

  private void startControlPlane(DevCa authority, GatewayName gateway) {
    ExternalZtunnel external = settings.external();
    if (external != null) {
      ServedWaypoint served = new ServedWaypoint(gateway, waypointIdentity(), waypoint().address());
      ControlPlane plane = external.open(vertx, authority, clocks.wall(), worlds, () -> served);
      controlPlane = plane;
      closing.push(plane::close);
    }
  }

  private World discover() throws DevMeshException {
    int hbonePort = settings.waypoint().ports().hbone();
    Processes processes =
        new Processes(
            vertx,
            ztunnel,
            new Addresses(Addresses.systemHasManyLoopbacks() && hbonePort != 0, hbonePort),
            caller -> socks(caller.serviceAccount() + "." + caller.namespace()),
            new SplittableRandom(clocks.secrets().nextLong()));
    Source.Running discovery = source.start(processes, worlds);
    closing.push(discovery::close);
    running = discovery;
    RuntimeException failure = processes.failure();
    if (failure != null) {
      throw failure;
    }
    World world = worlds.current();
    if (world == null) {
      throw new DevMeshException(Kind.CONFIGURATION, "the configuration cannot be used", null);
    }
    return world;
  }

  private void startWaypoint(DevCa authority) {
    ScheduledExecutorService renewals =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificates").factory());
    closing.push(renewals::shutdownNow);
    RotatingCertificates certificates =
        RotatingCertificates.start(
            () -> CompletableFuture.completedFuture(authority.issue(waypointIdentity())),
            clocks.wall(),
            Scheduler.on(renewals),
            new SplittableRandom(clocks.secrets().nextLong()));
    closing.push(certificates::close);
    Telemetry telemetry =
        new Telemetry(
            TelemetrySettings.of(settings.version()),
            clocks.nanos(),
            clocks.wall(),
            settings.accessLog());
    InetAddress loopback =
        settings.external() == null
            ? InetAddress.getLoopbackAddress()
            : ExternalZtunnel.waypointHost();
    Waypoint started =
        Waypoint.start(
                settings.waypoint(),
                new Waypoint.Surroundings(
                    worlds,
                    certificates,
                    telemetry,
                    this::problems,
                    loopback,
                    LOOPBACK,
                    loopback,
                    settings.version(),
                    () -> drainAsked.complete(null)),
                clocks)
            .await();
    waypoint = started;
    closing.push(() -> {
      if (!drained) {
        started.close().await();
      }
    });
  }

  /** First, because the processes that discovery starts are told where to dial. */
  private void startZtunnel() {
    HttpFront.Settings front =
        new HttpFront.Settings(this::trustDomain, settings.caller(), LOOPBACK, 0);
    HttpFront http =
        HttpFront.listen(vertx, front, directory, () -> socks(settings.caller())).await();
    httpFront = http;
    closing.push(() -> http.close().await());
    ztunnel.listen(
        new InetSocketAddress(LOOPBACK, settings.waypoint().ports().outbound()),
        directory,
        this::trustDomain,
        new InetSocketAddress(LOOPBACK, http.port()),
        settings.refused());
  }

  private List<String> problems() {
    return Objects.requireNonNull(running).problems().stream().map(Problem::toString).toList();
  }

  private TrustDomain trustDomain() {
    World world = worlds.current();
    return (world == null ? MeshSettings.DEFAULTS : world.mesh()).trustDomain();
  }

  private DevMeshException explained(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof BindException || message.contains("Address already in use")) {
        return new DevMeshException(
            Kind.ADDRESS_IN_USE, PortCheck.explain(settings.waypoint().ports()), failure);
      }
    }
    return new DevMeshException(Kind.OTHER, String.valueOf(failure), failure);
  }

  /** The production proxy. */
  public Waypoint waypoint() {
    return Objects.requireNonNull(waypoint);
  }

  public SpiffeId waypointIdentity() {
    return Objects.requireNonNull(identity);
  }

  /** What it serves at this moment. */
  public World world() {
    return Objects.requireNonNull(worlds.current());
  }

  /** Where SOCKS5 and plain HTTP enter the mesh. */
  public InetSocketAddress outbound() {
    return ztunnel.outbound();
  }

  /** Plain HTTP into the mesh without the look at the first byte; see {@link HttpFront}. */
  public int httpPort() {
    return Objects.requireNonNull(httpFront).port();
  }

  /** Where an external ztunnel is told of the mesh, with the actual port. */
  public int controlPlanePort() {
    return Objects.requireNonNull(controlPlane).port();
  }

  /** For a Vert.x client: into the mesh as {@code serviceaccount.namespace}. */
  public ProxyOptions socks(String caller) {
    return HttpFront.socks(LOOPBACK, ztunnel.outbound().getPort(), caller);
  }

  /** New connections of callers get new tunnels, with handshakes of their own. */
  void reconnect() {
    ztunnel.reconnect();
  }

  /** A certificate of this mesh, for peers that speak HBONE by themselves. */
  public Material issue(SpiffeId id) {
    return Objects.requireNonNull(ca).issue(id);
  }

  /** Complete when the admin port has been asked for the end. */
  public CompletableFuture<Void> drainAsked() {
    return drainAsked;
  }

  /** Lets requests in flight end, then closes everything. */
  public void drainAndClose() {
    Waypoint running = waypoint;
    if (running != null) {
      running.drain().await();
      drained = true;
    }
    close();
  }

  /** Closes everything now, in the opposite order of starting. */
  @Override
  public void close() {
    for (Runnable next = closing.poll(); next != null; next = closing.poll()) {
      next.run();
    }
  }
}
