// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.waypoint.discovery.kube.KubeDiscovery;
import io.waypoint.discovery.wds.WdsDiscovery;
import io.waypoint.identity.Material;
import io.waypoint.status.KubeStatus;
import io.waypoint.telemetry.ConfigState;
import io.waypoint.telemetry.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What the metrics say of those whom a pod depends on. */
record PodMeters(
    KubeDiscovery discovery,
    @Nullable WdsDiscovery told,
    KubeStatus status,
    PodIdentity identity,
    InstantSource clock) {
  void show(Telemetry telemetry) {
    telemetry.config(new State(discovery));
    telemetry.gauge(
        "waypoint.kubernetes.lost.seconds",
        "Since when changes at the API server do not reach us; 0 while they do",
        () -> seconds(discovery.lostSince()));
    telemetry.gauge(
        "waypoint.kubernetes.kinds.gone",
        "Kinds in use whose definition was deleted since we started",
        discovery::goneKinds);
    telemetry.gauge(
        "waypoint.kubernetes.objects", "Objects kept in memory", discovery::objectCount);
    telemetry.gauge(
        "waypoint.status.writes", "How many times a status was written", status::writes);
    telemetry.gauge(
        "waypoint.status.leads",
        "1 on the replica that writes status",
        () -> status.leads() ? 1 : 0);
    telemetry.gauge(
        "waypoint.certificate.expiry.timestamp.seconds",
        "When our certificate ends, in seconds since 1970; 0 without one",
        this::expiry);
    WdsDiscovery following = told;
    if (following != null) {
      telemetry.gauge(
          "waypoint.istiod.lost.seconds",
          "Since when istiod tells no services and workloads; 0 while it does",
          () -> seconds(following.lostSince()));
      telemetry.gauge(
          "waypoint.istiod.answers", "How many answers of istiod were taken", following::answers);
    }
  }

  private double expiry() {
    Material material = identity.certificates().current();
    return material == null ? 0 : material.expiry().getEpochSecond();
  }

  private double seconds(@Nullable Instant since) {
    return since == null ? 0 : Duration.between(since, clock.instant()).toMillis() / 1_000.0;
  }

  private record State(KubeDiscovery discovery) implements ConfigState {
    @Override
    public long generation() {
      return discovery.generation();
    }

    @Override
    public long lastGoodMillis() {
      return discovery.lastGoodMillis();
    }

    @Override
    public boolean lastChangeTaken() {
      return discovery.lastChangeTaken();
    }

    @Override
    public int problems() {
      return discovery.problems().size();
    }
  }
}
