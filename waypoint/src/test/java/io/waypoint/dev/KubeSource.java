// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.Clocks;
import io.waypoint.config.Problem;
import io.waypoint.discovery.kube.KubeDiscovery;
import io.waypoint.discovery.kube.KubeSettings;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.world.GatewayName;
import io.waypoint.world.WorldHolder;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The world of a mesh on this machine from a real API server. */
final class KubeSource implements DevMesh.Source {
  private final KubernetesClient client;
  private final KubeSettings settings;
  private final UnaryOperator<LocalTable> local;
  private @Nullable KubeDiscovery discovery;
  private @Nullable WorldHolder worlds;

  KubeSource(KubernetesClient client, GatewayName gateway, UnaryOperator<LocalTable> local) {
    this.client = client;
    this.settings = new KubeSettings(Scope.of(gateway), true, KubeSettings.Pace.DEFAULT);
    this.local = local;
  }

  @Override
  public Running start(LocalTable processes, WorldHolder holder) {
    KubeDiscovery started =
        new KubeDiscovery(
            client,
            settings,
            KubeDiscovery.Workloads.read(local.apply(processes)),
            holder,
            new Silence(),
            new KubeDiscovery.Time(
                Clocks.system().wall(), System::nanoTime, new SplittableRandom(1)));
    discovery = started;
    worlds = holder;
    CountDownLatch first = new CountDownLatch(1);
    holder.subscribe(world -> first.countDown());
    started.start();
    try {
      if (!first.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no world: " + started.notes());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return new Watching(started);
  }

  private record Watching(KubeDiscovery discovery) implements Running {
    @Override
    public List<Problem> problems() {
      return discovery.problems();
    }

    @Override
    public void close() {
      discovery.close();
    }
  }

  KubeDiscovery discovery() {
    return Objects.requireNonNull(discovery);
  }

  WorldHolder worlds() {
    return Objects.requireNonNull(worlds);
  }
}
