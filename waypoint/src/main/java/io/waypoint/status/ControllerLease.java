// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a controller of the cluster is at work, which then writes the status of Gateways and
 * classes: somebody holds its Lease, and renews it as we see by our own clock.
 */
public final class ControllerLease {
  /** Its name, in the controller's namespace. */
  public static final String NAME = "waypoint-controller";

  private static final int DEFAULT_SECONDS = 15;

  private final KubernetesClient client;
  private final String namespace;
  private final LongSupplier nanos;
  private @Nullable LeaseSpec observed;
  private long observedAt;
  private volatile boolean held;

  ControllerLease(KubernetesClient client, String namespace, LongSupplier nanos) {
    this.client = client;
    this.namespace = namespace;
    this.nanos = nanos;
  }

  /**
   * Asks; blocks.
   *
   * @return whether the answer is another than before
   */
  boolean look() {
    boolean before = held;
    try {
      Lease lease = client.leases().inNamespace(namespace).withName(NAME).get();
      held = lease != null && lease.getSpec() != null && isRenewed(lease.getSpec());
    } catch (KubernetesClientException _) {
      // Without an answer the last one holds for as long as the Lease would.
      held = held && isFresh(Objects.requireNonNullElseGet(observed, LeaseSpec::new));
    }
    return held != before;
  }

  private boolean isRenewed(LeaseSpec spec) {
    if (!spec.equals(observed)) {
      observed = spec;
      observedAt = nanos.getAsLong();
    }
    String holder = spec.getHolderIdentity();
    return holder != null && !holder.isEmpty() && isFresh(spec);
  }

  private boolean isFresh(LeaseSpec spec) {
    int seconds = Objects.requireNonNullElse(spec.getLeaseDurationSeconds(), DEFAULT_SECONDS);
    return nanos.getAsLong() - observedAt < Duration.ofSeconds(seconds).toNanos();
  }

  boolean isHeld() {
    return held;
  }
}
