// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.waypoint.dev.ztunnel.LoopbackZtunnel;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import io.waypoint.rbac.identity.SpiffeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of everything but the waypoint: issued when first asked for, and again when half
 * of their life is over.
 */
final class Issued implements LoopbackZtunnel.Identities {
  private record Leaf(Material material, Instant renewal) {}

  private final InstantSource clock;
  private final Duration lifetime;
  private final Map<SpiffeId, Leaf> leaves = new ConcurrentHashMap<>();
  private volatile @Nullable DevCa ca;

  Issued(InstantSource clock, Duration lifetime) {
    this.clock = clock;
    this.lifetime = lifetime;
  }

  /** Until then nobody has a certificate. */
  void by(DevCa authority) {
    ca = authority;
  }

  @Override
  public @Nullable Material of(SpiffeId identity) {
    DevCa authority = ca;
    if (authority == null) {
      return null;
    }
    Leaf leaf =
        leaves.compute(
            identity, (id, known) -> isFresh(known) ? known : issue(authority, identity));
    return leaf == null ? null : leaf.material();
  }

  private boolean isFresh(@Nullable Leaf leaf) {
    return leaf != null && clock.instant().isBefore(leaf.renewal());
  }

  private Leaf issue(DevCa authority, SpiffeId identity) {
    Instant renewal = clock.instant().plus(lifetime.dividedBy(2));
    return new Leaf(authority.issue(identity), renewal);
  }
}
