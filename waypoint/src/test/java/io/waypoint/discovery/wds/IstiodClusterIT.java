// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import io.waypoint.cluster.Author;
import io.waypoint.cluster.ClusterRig;
import io.waypoint.cluster.Istiod;
import io.waypoint.cluster.Manifests;
import io.waypoint.cluster.MountedFiles;
import io.waypoint.identity.Scheduler;
import io.waypoint.identity.istiod.IstiodCertificates;
import io.waypoint.identity.istiod.IstiodSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real istiod, which tells what was applied to a real API server. */
@Timeout(120)
class IstiodClusterIT extends ControlPlaneSuite {
  @TempDir private static Path folder;
  private static Cluster cluster;

  @BeforeAll
  static void open() {
    cluster = new Cluster(ClusterRig.start(), folder);
  }

  @AfterAll
  static void shut() {
    cluster.close();
  }

  @Override
  ControlledMesh mesh() {
    return cluster;
  }

  private static final class Cluster implements ControlledMesh {
    private final Vertx vertx = Vertx.vertx();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private final ClusterRig rig;
    private final KubernetesClient admin;
    private final Author author;
    private final Istiod istiod;
    private final MountedFiles files;

    Cluster(ClusterRig rig, Path folder) {
      this.rig = rig;
      this.admin = rig.admin();
      this.author = new Author(admin);
      this.istiod = rig.startIstiod();
      author.namespace(
          "default",
          Map.of("istio.io/use-waypoint", "waypoint", "istio.io/dataplane-mode", "ambient"));
      author.apply(Manifests.GATEWAY_CLASS);
      author.apply(Manifests.gateway("default"));
      author.address(GATEWAY, "waypoint.default.svc.cluster.local");
      this.files =
          MountedFiles.mount(
              admin, istiod, folder, WAYPOINT.namespace(), WAYPOINT.serviceAccount());
    }

    @Override
    public void service(String name, String address) {
      author.apply(
          """
          apiVersion: v1
          kind: Service
          metadata: {name: %s, namespace: default}
          spec:
            clusterIP: %s
            selector: {app: %s}
            ports: [{name: http, port: 80, targetPort: 8080}]
          """
              .formatted(name, address, name));
    }

    @Override
    public void pod(String app, String address, boolean ready) {
      if (admin.pods().inNamespace("default").withName(app + "-1").get() == null) {
        author.pod("default", app + "-1", address, Map.of("app", app));
      }
      author.setReady("default", app + "-1", address, ready);
    }

    @Override
    public void delete(String kind, String name) {
      if (kind.equals("Service")) {
        admin.services().inNamespace("default").withName(name).delete();
      } else {
        admin.pods().inNamespace("default").withName(name).withGracePeriod(0).delete();
      }
    }

    @Override
    public void clear() {
      for (String name : new String[] {"cart", "shop", "till"}) {
        delete("Service", name);
        delete("Pod", name + "-1");
      }
    }

    @Override
    public void stop() {
      istiod.kill();
    }

    @Override
    public void start() {
      istiod.start();
    }

    @Override
    public void credential(boolean good) {
      files.credential(good);
    }

    @Override
    public IstiodSettings istiod() {
      return files.settings();
    }

    @Override
    public WdsDiscovery.Surroundings surroundings() {
      return new WdsDiscovery.Surroundings(vertx, InstantSource.system(), new SplittableRandom(3));
    }

    @Override
    public IstiodCertificates.Surroundings certificateSurroundings() {
      return new IstiodCertificates.Surroundings(
          vertx, InstantSource.system(), Scheduler.on(executor), new SecureRandom());
    }

    @Override
    public void close() {
      rig.close();
      executor.shutdownNow();
      vertx.close().await();
    }
  }
}
