// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.status.GatewayReport;
import io.waypoint.status.LeaseElection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The controller of a cluster. One replica at a time is at work, the one that holds the Lease.
 *
 * <pre>
 *   Feeds ── something changed ──► WorkQueue ──► leader? ──► Reconciler ──► API server
 *     ▲                               ▲ │                        │
 *     │                               │ └── failed: later ◄──────┤
 *     └────── our own changes too ────┴──────────────────────────┘
 * </pre>
 */
public final class Controller implements AutoCloseable {
  /** The Lease by whose holder the status of Gateways and classes is written. */
  public static final String LEASE = "waypoint-controller";

  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final long LOOK_AGAIN_MINUTES = 10;

  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("controller-lease").factory());
  private final Feeds feeds;
  private final WorkQueue<Task> queue;
  private final LeaseElection election;
  private final Reconciler reconciler;
  private final EventWriter events;
  private final PolicyWatch policies;

  /**
   * @param namespace where our Lease is
   * @param identity ours among the replicas, for example the pod's name
   * @param facts a file that goes over the defaults beside the templates; null without one
   * @param mesh how the cluster and the mesh are called
   */
  public record Settings(
      String namespace,
      String identity,
      LeaseElection.Pace pace,
      @Nullable Path facts,
      Mesh mesh) {}

  /**
   * @param clusterDomain for example {@code cluster.local}
   * @param rootNamespace where istiod and the mesh's ConfigMap are
   */
  public record Mesh(String clusterDomain, String rootNamespace) {
    public static final Mesh DEFAULT = new Mesh("cluster.local", "istio-system");
  }

  /**
   * @throws IllegalArgumentException with a line for the reader when the facts cannot be used
   */
  public Controller(
      KubernetesClient client, Settings settings, InstantSource clock, LongSupplier nanos) {
    Facts defaults = Facts.defaults();
    Path file = settings.facts();
    Blueprint blueprint = new Blueprint(file == null ? defaults : defaults.over(file));
    queue = new WorkQueue<>(this::on, FIRST_RETRY, LAST_RETRY);
    feeds = new Feeds(client, queue::add);
    events = new EventWriter(client, settings.identity(), clock);
    reconciler =
        new Reconciler(
            feeds,
            blueprint,
            new Applier(client),
            new GatewayReport(client, clock),
            events,
            settings.mesh().clusterDomain());
    policies = new PolicyWatch(client, feeds, events, settings.mesh().rootNamespace());
    election =
        new LeaseElection(
            client,
            settings.namespace(),
            LEASE,
            settings.identity(),
            settings.pace(),
            clock,
            nanos,
            this::leadershipChanged);
  }

  /** Begins; returns at once. */
  public Controller start() {
    feeds.start();
    election.start(scheduler);
    scheduler.scheduleWithFixedDelay(
        this::lookAgain, LOOK_AGAIN_MINUTES, LOOK_AGAIN_MINUTES, TimeUnit.MINUTES);
    return this;
  }

  /** Pods are not watched: which of them a policy selects is asked every now and then. */
  private void lookAgain() {
    events.forgetOld();
    queue.add(new Task.OfPolicies());
  }

  private void leadershipChanged() {
    if (election.leads()) {
      feeds.workOnAll();
    }
  }

  private boolean on(Task task) {
    if (!election.leads()) {
      // Whoever begins to lead looks at everything.
      return true;
    }
    if (!feeds.areComplete()) {
      return false;
    }
    return switch (task) {
      case Task.OfClass ofClass -> reconciler.on(ofClass);
      case Task.OfGateway ofGateway -> reconciler.on(ofGateway);
      case Task.OfPolicies _ -> policies.look();
    };
  }

  /** Whether it is this replica that works. */
  public boolean leads() {
    return election.leads();
  }

  /** Whether everything was seen once, so that a change is acted upon. */
  public boolean isReady() {
    return feeds.areComplete() && election.obstacle() == null;
  }

  /** What is not as it should be, a line each: what cannot be watched, applied or said. */
  public List<String> problems() {
    List<String> lines = new ArrayList<>(feeds.obstacles());
    String lease = election.obstacle();
    if (lease != null) {
      lines.add(lease);
    }
    lines.addAll(reconciler.notes());
    String unsaid = events.obstacle();
    if (unsaid != null) {
      lines.add(unsaid);
    }
    return lines;
  }

  /** Finishes what is under way, and lets another replica lead. */
  @Override
  public void close() {
    scheduler.shutdownNow();
    queue.close();
    feeds.close();
    election.close();
  }
}
