// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rig itself: what the other tests stand on. */
@Timeout(240)
class ClusterRigClusterIT {
  @Test
  void theApiServerKnowsTheKindsAndComesBackAfterAKill() {
    try (ClusterRig rig = ClusterRig.start()) {
      rig.startControllers();
      assertThat(rig.admin().getApiGroups().getGroups())
          .extracting(group -> group.getName())
          .contains("gateway.networking.k8s.io", "security.istio.io", "networking.istio.io");

      rig.killApiServer();
      rig.startApiServer();

      assertThat(rig.admin().namespaces().withName("default").get()).isNotNull();
    }
  }

  @Test
  void istiodStarts() {
    try (ClusterRig rig = ClusterRig.start();
        Istiod istiod = rig.startIstiod()) {
      assertThat(istiod.address().getPort()).isPositive();
    }
  }
}
