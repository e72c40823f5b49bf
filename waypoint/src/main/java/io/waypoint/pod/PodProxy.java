// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.waypoint.Clocks;
import io.waypoint.Waypoint;
import io.waypoint.config.NameServers;
import io.waypoint.config.Problem;
import io.waypoint.config.WaypointSettings;
import io.waypoint.discovery.dns.HostResolver;
import io.waypoint.discovery.kube.KubeDiscovery;
import io.waypoint.discovery.kube.KubeSettings;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.wds.WdsDiscovery;
import io.waypoint.discovery.wds.WdsSettings;
import io.waypoint.identity.Scheduler;
import io.waypoint.status.KubeStatus;
import io.waypoint.telemetry.AccessLog;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of a Gateway in a cluster, put together from what it hears of three sides.
 *
 * <pre>
 *   API server ── policies, routes ──► KubeDiscovery ──► world ──► Waypoint
 *   istiod ────── services, pods ────► WdsDiscovery ───────┘          ▲
 *   istiod's CA, or mounted files ───► PodIdentity ── certificate ────┘
 *                                      KubeStatus ── what is served ──► API server
 * </pre>
 *
 * <p>It listens from the start, and is not ready until all of it is there. Whoever is away later
 * changes nothing but the notes.
 */
public final class PodProxy implements AutoCloseable {
  private final PodSettings settings;
  private final Clocks clocks;
  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final CompletableFuture<Void> drainAsked = new CompletableFuture<>();
  private final WorldHolder worlds = new WorldHolder();
  private final KubeDiscovery discovery;
  private final PodIdentity identity;
  private final @Nullable WdsDiscovery told;
  private final KubeStatus status;
  private @Nullable Waypoint waypoint;

  private PodProxy(
      WaypointSettings waypointSettings,
      PodSettings settings,
      KubernetesClient client,
      Clocks clocks) {
    this.settings = settings;
    this.clocks = clocks;
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    closing.push(() -> vertx.close().await());
    ScheduledExecutorService renewals =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificates").factory());
    closing.push(renewals::shutdownNow);
    this.identity =
        PodIdentity.start(
            settings, waypointSettings.mesh(), worlds, vertx, Scheduler.on(renewals), clocks);
    closing.push(identity.ending());
    this.told = census(waypointSettings.mesh(), vertx);
    HostResolver hosts =
        HostResolver.start(
            NameServers.parse(waypointSettings.instance().nameServers()),
            HostResolver.Pace.DEFAULT);
    closing.push(hosts::close);
    var random = new SplittableRandom(clocks.secrets().nextLong());
    var workloads =
        told == null ? KubeDiscovery.Workloads.READ : KubeDiscovery.Workloads.told(told);
    this.discovery =
        new KubeDiscovery(
            client,
            new KubeSettings(
                Scope.of(settings.gateway(), waypointSettings.instance().rootNamespace()),
                told == null,
                KubeSettings.Pace.DEFAULT),
            workloads.with(hosts),
            worlds,
            new LogReport(),
            new KubeDiscovery.Time(clocks.wall(), clocks.nanos(), random));
    closing.push(discovery::close);
    this.status =
        new KubeStatus(
            client,
            KubeStatus.Settings.of(
                settings.gateway(),
                settings.pod().name(),
                waypointSettings.instance().controllerNamespace()),
            discovery,
            worlds,
            this::isReady,
            clocks.wall(),
            clocks.nanos());
  }

  private @Nullable WdsDiscovery census(WaypointSettings.Mesh mesh, Vertx vertx) {
    if (settings.census() == PodSettings.CensusSource.KUBERNETES) {
      return null;
    }
    String network = mesh.network();
    WdsDiscovery following =
        WdsDiscovery.start(
            identity.istiod(),
            new WdsSettings(
                settings.gateway(),
                settings.gateway().name(),
                settings.pod(),
                network == null ? "" : network,
                true),
            new WdsDiscovery.Surroundings(
                vertx, clocks.wall(), new SplittableRandom(clocks.secrets().nextLong())));
    closing.push(following::close);
    return following;
  }

  /**
   * Starts everything and listens; fails without leaving anything behind when a port is taken.
   *
   * @param client stays the caller's to close
   * @param accessLog stays the caller's to close
   */
  public static PodProxy start(
      WaypointSettings waypointSettings,
      PodSettings settings,
      KubernetesClient client,
      @Nullable AccessLog accessLog,
      Clocks clocks) {
    var proxy = new PodProxy(waypointSettings, settings, client, clocks);
    try {
      proxy.start(waypointSettings, accessLog);
      return proxy;
    } catch (RuntimeException e) {
      proxy.close();
      throw e;
    }
  }

  private void start(WaypointSettings waypointSettings, @Nullable AccessLog accessLog) {
    var telemetry =
        new Telemetry(
            TelemetrySettings.of(settings.version()), clocks.nanos(), clocks.wall(), accessLog);
    new PodMeters(discovery, told, status, identity, clocks.wall()).show(telemetry);
    Waypoint started =
        Waypoint.start(
                waypointSettings,
                new Waypoint.Surroundings(
                    worlds,
                    identity.certificates(),
                    telemetry,
                    this::problems,
                    settings.listen(),
                    settings.listen().getHostAddress(),
                    settings.listen(),
                    settings.version(),
                    () -> drainAsked.complete(null)),
                clocks)
            .await();
    waypoint = started;
    closing.push(() -> started.close().await());
    started.readiness().notes(this::notes);
    worlds.subscribe(new DomainWatch(identity.refresh())::seen);
    discovery.start();
    status.start();
    closing.push(status::close);
  }

  /** Calls when the trust domains are others than before. */
  private static final class DomainWatch {
    private final Runnable changed;
    private io.waypoint.world.@Nullable MeshSettings last;

    DomainWatch(Runnable changed) {
      this.changed = changed;
    }

    void seen(World world) {
      var before = last;
      last = world.mesh();
      if (before == null || !before.trust().equals(world.mesh().trust())) {
        changed.run();
      }
    }
  }

  private boolean isReady() {
    Waypoint running = waypoint;
    return running != null && running.readiness().missing().isEmpty();
  }

  /** What a person who looks at readiness should know, a line each. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(discovery.notes());
    if (told != null) {
      notes.addAll(told.notes());
    }
    notes.addAll(identity.notes());
    notes.addAll(status.notes());
    return notes;
  }

  private List<String> problems() {
    List<String> lines = new ArrayList<>();
    discovery.problems().stream().map(Problem::toString).forEach(lines::add);
    if (told != null) {
      lines.addAll(told.problems());
    }
    discovery.obstacles().forEach(line -> lines.add("kubernetes: " + line));
    lines.addAll(notes());
    return lines;
  }

  public Waypoint waypoint() {
    return Objects.requireNonNull(waypoint);
  }

  /** What it serves. */
  public WorldHolder worlds() {
    return worlds;
  }

  /** Complete when the admin port has been asked for the end. */
  public CompletableFuture<Void> drainAsked() {
    return drainAsked;
  }

  /** Lets another replica write, lets requests in flight end, then closes everything. */
  public void drainAndClose() {
    waypoint().drain().await();
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
