// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.dev.controlplane.ServedWaypoint;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.identity.istiod.DevIstiod;
import io.waypoint.identity.istiod.IstiodCertificates;
import io.waypoint.identity.istiod.IstiodSettings;
import io.waypoint.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Our own control plane, which tells a world made of YAML. */
class DevControlPlaneTest extends ControlPlaneSuite {
  @TempDir private static Path folder;
  private static Dev dev;

  @BeforeAll
  static void open() throws IOException {
    dev = new Dev(new DevIstiod(folder));
  }

  @AfterAll
  static void shut() {
    dev.close();
  }

  @Override
  ControlledMesh mesh() {
    return dev;
  }

  private static final class Dev implements ControlledMesh {
    private static final String MESH =
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: default, labels: {istio.io/use-waypoint: waypoint, istio.io/dataplane-mode: ambient}}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: waypoint}
        spec:
          gatewayClassName: vertx-waypoint
          listeners: [{name: mesh, port: 15008, protocol: HBONE}]
        """;

    private final DevIstiod istiod;
    private final Translator translator = new Translator(Scope.of(GATEWAY), LocalTable.ANNOTATED);
    private final Map<String, String> objects = new TreeMap<>();
    private final ServedWaypoint waypoint =
        new ServedWaypoint(GATEWAY, WAYPOINT, new InetSocketAddress("127.0.0.1", 25008));
    private int port;
    private World told;
    private long generation;

    Dev(DevIstiod istiod) {
      this.istiod = istiod;
      changed();
    }

    private void changed() {
      var problems = new Problems();
      List<Doc> docs = new ArrayList<>(Doc.read(Source.file("mesh.yaml", MESH), problems));
      objects.forEach((name, yaml) -> docs.addAll(Doc.read(Source.file(name, yaml), problems)));
      told = translator.translate(docs, problems, ++generation).world();
      istiod.tell(told, waypoint);
    }

    private void put(String kind, String name, String yaml) {
      objects.put(kind + "-" + name + ".yaml", yaml);
      changed();
    }

    @Override
    public void service(String name, String address) {
      put(
          "Service",
          name,
          """
          apiVersion: v1
          kind: Service
          metadata: {name: %s}
          spec:
            clusterIP: %s
            selector: {app: %s}
            ports: [{name: http, port: 80, targetPort: 8080}]
          """
              .formatted(name, address, name));
    }

    @Override
    public void pod(String app, String address, boolean ready) {
      put(
          "Pod",
          app + "-1",
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: %s-1, labels: {app: %s}}
          spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}
          status: {podIP: %s, conditions: [{type: Ready, status: "%s"}]}
          """
              .formatted(app, app, address, ready ? "True" : "False"));
    }

    @Override
    public void delete(String kind, String name) {
      objects.remove(kind + "-" + name + ".yaml");
      changed();
    }

    @Override
    public void clear() {
      objects.clear();
      changed();
    }

    @Override
    public void stop() {
      port = istiod.stop();
    }

    @Override
    public void start() {
      istiod.start(port);
    }

    @Override
    public void credential(boolean good) {
      try {
        istiod.writeToken(good ? DevIstiod.TOKEN : "forged");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public IstiodSettings istiod() {
      return istiod.settings();
    }

    @Override
    public WdsDiscovery.Surroundings surroundings() {
      return new WdsDiscovery.Surroundings(
          istiod.vertx(), InstantSource.system(), new SplittableRandom(3));
    }

    @Override
    public IstiodCertificates.Surroundings certificateSurroundings() {
      return istiod.surroundings();
    }

    @Override
    public void close() {
      istiod.close();
    }
  }
}
