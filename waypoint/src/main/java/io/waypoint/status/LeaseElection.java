// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of several replicas leads: the one that holds a Lease and renews it. A holder counts as gone
 * when its Lease has not changed for its duration by our own clock, so that clocks that disagree do
 * not matter.
 */
public final class LeaseElection implements StatusWriter.Leader, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseElection.class);

  /**
   * @param duration after which a holder that is silent is gone
   * @param deadline after which a holder that cannot renew steps back; shorter than the duration
   * @param period between two looks
   */
  public record Pace(Duration duration, Duration deadline, Duration period) {
    public static final Pace DEFAULT =
        new Pace(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
  }

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final String identity;
  private final Pace pace;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Runnable changed;
  private @Nullable LeaseSpec observed;
  private long observedAt;
  private boolean told;
  private volatile long renewedAt;
  private volatile boolean holding;
  private volatile @Nullable String obstacle;

  /**
   * @param identity ours among the replicas
   * @param changed called when we begin or cease to lead
   */
  public LeaseElection(
      KubernetesClient client,
      String namespace,
      String name,
      String identity,
      Pace pace,
      InstantSource clock,
      LongSupplier nanos,
      Runnable changed) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.identity = identity;
    this.pace = pace;
    this.clock = clock;
    this.nanos = nanos;
    this.changed = changed;
  }

  /** From now on looks at the Lease every now and then, on a thread that may wait. */
  public void start(ScheduledExecutorService scheduler) {
    scheduler.scheduleWithFixedDelay(
        this::look, 0, pace.period().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public boolean leads() {
    return holding && nanos.getAsLong() - renewedAt < pace.deadline().toNanos();
  }

  /** Why the Lease cannot be had; null when it can. */
  public @Nullable String obstacle() {
    return obstacle;
  }

  synchronized void look() {
    try {
      attempt();
      obstacle = null;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        holding = false;
      } else {
        String why =
            e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                ? "lease %s/%s: not allowed: Role needs {apiGroups: [\"coordination.k8s.io\"],"
                        .formatted(namespace, name)
                    + " resources: [\"leases\"], verbs: [get, create, update]}"
                : "lease %s/%s: %s".formatted(namespace, name, e.getMessage());
        if (!why.equals(obstacle)) {
          LOG.atWarn().addKeyValue("why", why).log("the lease cannot be looked at");
        }
        obstacle = why;
      }
    }
    boolean now = leads();
    if (now != told) {
      told = now;
      LOG.atInfo().addKeyValue("lease", name).log(now ? "leads" : "leads no more");
      changed.run();
    }
  }

  private void attempt() {
    long began = nanos.getAsLong();
    Lease lease = client.leases().inNamespace(namespace).withName(name).get();
    if (lease == null) {
      client.resource(fresh()).create();
      held(began);
      return;
    }
    LeaseSpec spec = lease.getSpec() == null ? new LeaseSpec() : lease.getSpec();
    if (!Objects.equals(spec, observed)) {
      observed = spec;
      observedAt = began;
    }
    String holder = spec.getHolderIdentity();
    boolean mine = identity.equals(holder);
    boolean free = holder == null || holder.isEmpty();
    boolean gone = began - observedAt >= pace.duration().toNanos();
    if (!mine && !free && !gone) {
      holding = false;
      return;
    }
    int transitions = Objects.requireNonNullElse(spec.getLeaseTransitions(), 0);
    lease.setSpec(
        new LeaseSpecBuilder(spec)
            .withHolderIdentity(identity)
            .withLeaseDurationSeconds((int) pace.duration().toSeconds())
            .withAcquireTime(mine ? spec.getAcquireTime() : now())
            .withRenewTime(now())
            .withLeaseTransitions(mine ? transitions : transitions + 1)
            .build());
    client.resource(lease).update();
    held(began);
  }

  private void held(long began) {
    renewedAt = began;
    holding = true;
  }

  private Lease fresh() {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(identity)
        .withLeaseDurationSeconds((int) pace.duration().toSeconds())
        .withAcquireTime(now())
        .withRenewTime(now())
        .withLeaseTransitions(0)
        .endSpec()
        .build();
  }

  private ZonedDateTime now() {
    return clock.instant().atZone(ZoneOffset.UTC);
  }

  /**
   * Lets go of the Lease, so that another replica need not wait; call it when nothing looks any
   * more.
   */
  @Override
  public synchronized void close() {
    if (!holding) {
      return;
    }
    holding = false;
    try {
      Lease lease = client.leases().inNamespace(namespace).withName(name).get();
      if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
        lease.getSpec().setHolderIdentity(null);
        client.resource(lease).update();
      }
    } catch (KubernetesClientException e) {
      LOG.atInfo().addKeyValue("why", e.getMessage()).log("the lease runs out by itself");
    }
  }
}
