// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.identity.Material;
import io.waypoint.identity.TrustBundle;
import io.waypoint.world.WorldHolder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private final WorldHolder world = new WorldHolder();
  private final FakeCertificates certificates = new FakeCertificates();
  private final Readiness readiness = Readiness.of(world, certificates);

  @Test
  void needsAWorldACertificateAndARoot() {
    assertThat(readiness.missing())
        .containsExactly(
            "configuration: nothing loaded yet",
            "certificate: none yet",
            "trust bundle: no root yet");

    world.publish(Worlds.of(0));
    assertThat(readiness.missing()).hasSize(2);

    Material material = FakeCertificates.material();
    certificates.set(
        new Material(
            material.id(), material.key(), material.chain(), new TrustBundle(List.of(), Set.of())));
    assertThat(readiness.missing()).containsExactly("trust bundle: no root yet");

    certificates.set(material);
    assertThat(readiness.missing()).isEmpty();
  }

  @Test
  void isNoLongerReadyWhenTheCertificateIsGone() {
    world.publish(Worlds.of(0));
    certificates.set(FakeCertificates.material());
    assertThat(readiness.missing()).isEmpty();

    certificates.set(null);

    assertThat(readiness.missing()).isNotEmpty();
  }

  @Test
  void isNeverReadyAgainOnceDraining() {
    world.publish(Worlds.of(0));
    certificates.set(FakeCertificates.material());

    readiness.drain();

    assertThat(readiness.isDraining()).isTrue();
    assertThat(readiness.missing()).containsExactly("draining");
  }

  @Test
  void takesFurtherNeeds() {
    var listening = new AtomicBoolean();
    var more = new Readiness().needs("listener: not bound", listening::get);

    assertThat(more.missing()).containsExactly("listener: not bound");
    listening.set(true);
    assertThat(more.missing()).isEmpty();
  }
}
