// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.Clocks;
import io.waypoint.config.WaypointSettings;
import io.waypoint.dev.DevMesh;
import io.waypoint.identity.Material;
import io.waypoint.identity.Pem;
import io.waypoint.telemetry.AccessLog;
import io.waypoint.telemetry.Logging;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Starts what {@code waypoint run} starts and ends it at once, so that the launcher's cache knows
 * that way as well: its flags, files of certificates, the log of the process, metrics, the probe of
 * readiness. What the cache does not know is read from jars and verified, at every start.
 */
final class RunRehearsal {
  /** What many have and bookinfo has not. */
  private static final String MORE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: details, namespace: default}
      spec:
        parentRefs: [{kind: Service, group: "", name: details, port: 9080}]
        rules:
        - matches:
          - {path: {type: Exact, value: /details/0}, method: GET}
          - path: {type: PathPrefix, value: /details}
            headers: [{name: end-user, value: jason}]
            queryParams: [{name: page, value: "1"}]
          timeouts: {request: 10s}
          filters:
          - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-via, value: mesh}]}}
          backendRefs: [{name: details, port: 9080}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: details, namespace: default}
      spec:
        targetRefs: [{kind: Service, group: "", name: details}]
        action: DENY
        rules:
        - from: [{source: {notNamespaces: [default]}}]
          to: [{operation: {paths: ["/details/{*}/secret", "/admin*"], notMethods: [GET]}}]
          when: [{key: "request.headers[x-test]", values: ["*"]}]
      """;

  private final DevMesh mesh;
  private final WaypointSettings settings;

  /**
   * @param settings with ports that are free
   */
  RunRehearsal(DevMesh mesh, WaypointSettings settings) {
    this.mesh = mesh;
    this.settings = settings;
  }

  /** Its exit code; where no files can be written there is nothing to rehearse. */
  int play() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", ""));
    if (!Files.isWritable(temporary)) {
      return ExitCode.OK;
    }
    Path folder = Files.createTempDirectory(temporary, "waypoint-rehearsal");
    try {
      return play(folder);
    } finally {
      for (String name : List.of("cert-chain.pem", "key.pem", "root-cert.pem", "more.yaml")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
  }

  private int play(Path folder) throws IOException {
    Material material = mesh.issue(mesh.waypointIdentity());
    Files.writeString(folder.resolve("cert-chain.pem"), Pem.write(material.chain()));
    Files.writeString(folder.resolve("key.pem"), Pem.write(List.of(material.key())));
    Files.writeString(folder.resolve("root-cert.pem"), material.trust().pem());
    Path more = Files.writeString(folder.resolve("more.yaml"), MORE);
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var unseen = new PrintWriter(nowhere, false, StandardCharsets.UTF_8);
    Clocks clocks = Clocks.system();
    try (var log = new AccessLog(nowhere, AccessLog.Format.JSON, "cluster.local");
        var logging = Logging.start(nowhere, AccessLog.Format.JSON, clocks.wall())) {
      var terminal = new Terminal(unseen, unseen, false, false);
      Main.program(terminal, List.of("run"))
          .parseArgs("run", "-f", "k8s", "--certs", "certs", "--access-log", "json");
      String host = mesh.waypoint().address().getAddress().getHostAddress();
      String port = Integer.toString(mesh.waypoint().readinessPort());
      // Not to be heard is no reason to do without a cache: a machine may be that slow.
      Main.run(terminal, "healthcheck", "--host", host, "--port", port);
      var serving = new Serving(terminal, settings, InetAddress.getLoopbackAddress(), log, clocks);
      return new FileRun(serving, List.of(Home.examples(), more), folder)
          .serve(CompletableFuture.completedFuture(null));
    }
  }
}
