// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.discovery.kube.KubeDiscovery;
import io.waypoint.world.GatewayName;
import io.waypoint.world.WorldHolder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The writing of status in a running proxy: who leads, what to write, and when to try again.
 *
 * <pre>
 *   KubeDiscovery ── views, status changes ──► StatusWriter ──► API server
 *   LeaseElection ── leads ────────────────────────┘
 * </pre>
 */
public final class KubeStatus implements AutoCloseable {
  private static final long RETRY_MILLIS = 1_000;

  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kube-lease").factory());
  private final LeaseElection election;
  private final StatusWriter writer;
  private final @Nullable ControllerLease controller;
  private final LeaseElection.Pace pace;

  /**
   * @param gateway ours; its Lease is in the same namespace
   * @param service the name of the Service in front of our pods
   * @param identity ours among the replicas, for example the pod's name
   * @param controller the namespace of the controller that writes the status of Gateways and
   *     classes while it is at work; null without one
   */
  public record Settings(
      GatewayName gateway,
      String service,
      String identity,
      LeaseElection.Pace pace,
      @Nullable String controller) {
    public static Settings of(GatewayName gateway, String identity, @Nullable String controller) {
      return new Settings(
          gateway, gateway.name(), identity, LeaseElection.Pace.DEFAULT, controller);
    }
  }

  /**
   * Observes a discovery that has not been started yet.
   *
   * @param ready whether this process can serve callers
   */
  public KubeStatus(
      KubernetesClient client,
      Settings settings,
      KubeDiscovery discovery,
      WorldHolder worlds,
      BooleanSupplier ready,
      InstantSource clock,
      LongSupplier nanos) {
    GatewayName gateway = settings.gateway();
    String namespace = settings.controller();
    ControllerLease lease =
        namespace == null ? null : new ControllerLease(client, namespace, nanos);
    this.controller = lease;
    this.pace = settings.pace();
    this.election =
        new LeaseElection(
            client,
            gateway.namespace(),
            gateway.name() + "-status",
            settings.identity(),
            settings.pace(),
            clock,
            nanos,
            this::changed);
    this.writer =
        new StatusWriter(
            client,
            election,
            new ServiceProbe(client, settings.service(), worlds, ready),
            () -> lease != null && lease.isHeld(),
            clock,
            nanos);
    discovery.observe(writer::translated);
    discovery.observeStatus(writer::changed);
  }

  /** Called by threads that begin with {@link #start}, when everything is there. */
  private void changed() {
    writer.changed();
  }

  public KubeStatus start() {
    ControllerLease lease = controller;
    if (lease != null) {
      // Before the first status is written, so that two do not write it at the beginning.
      scheduler.scheduleWithFixedDelay(
          () -> look(lease), 0, pace.period().toMillis(), TimeUnit.MILLISECONDS);
    }
    writer.start();
    election.start(scheduler);
    scheduler.scheduleWithFixedDelay(
        this::again, RETRY_MILLIS, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    return this;
  }

  private void look(ControllerLease lease) {
    if (lease.look()) {
      writer.changed();
    }
  }

  private void again() {
    if (writer.isIncomplete()) {
      writer.changed();
    }
  }

  /** Whether it is this replica that writes. */
  public boolean leads() {
    return election.leads();
  }

  /** What keeps us from writing, a line each. */
  public List<String> notes() {
    List<String> lines = new ArrayList<>(writer.notes());
    String obstacle = election.obstacle();
    if (obstacle != null) {
      lines.add(obstacle);
    }
    return lines;
  }

  /** How many times a status was written. */
  public long writes() {
    return writer.writes();
  }

  /** Ends the writing and lets another replica lead. */
  @Override
  public void close() {
    scheduler.shutdown();
    writer.close();
    election.close();
  }
}
