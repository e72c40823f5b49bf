// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.waypoint.identity.Certificates;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Certificates that come when the test says so. */
final class FakeCertificates implements Certificates {
  private volatile @Nullable Material current;

  static Material material() {
    return DevCa.create(
            new TrustDomain("cluster.local"), DevCa.DAY, InstantSource.system(), new SecureRandom())
        .issue(SpiffeId.of("cluster.local", "default", "waypoint"));
  }

  void set(@Nullable Material material) {
    current = material;
  }

  @Override
  public @Nullable Material current() {
    return current;
  }

  @Override
  public Subscription onChange(Runnable listener) {
    return () -> {};
  }

  @Override
  public void close() {}
}
