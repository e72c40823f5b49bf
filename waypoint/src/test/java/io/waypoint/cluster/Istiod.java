// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A running istiod of its own certificate authority, reached by gRPC over TLS. */
public final class Istiod implements AutoCloseable {
  /** The name in its certificate. */
  public static final String SERVER_NAME = "istiod.istio-system.svc";

  private static final String NAMESPACE = "istio-system";

  private final List<String> command;
  private final Path folder;
  private final int port;
  private final int plainPort;
  private Program program;

  private Istiod(List<String> command, Path folder, int port, int plainPort) {
    this.command = command;
    this.folder = folder;
    this.port = port;
    this.plainPort = plainPort;
  }

  static Istiod start(String binary, Path folder, Path kubeconfig, KubernetesClient admin) {
    admin
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    Path mesh = folder.resolve("mesh.yaml");
    try {
      Files.writeString(mesh, "trustDomain: cluster.local\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int secure = Program.freePort();
    int plain = Program.freePort();
    Istiod istiod =
        new Istiod(
            List.of(
                binary,
                "discovery",
                "--kubeconfig=" + kubeconfig,
                "--meshConfig=" + mesh,
                "--httpAddr=127.0.0.1:" + Program.freePort(),
                "--httpsAddr=127.0.0.1:" + Program.freePort(),
                "--grpcAddr=127.0.0.1:" + plain,
                "--secureGRPCAddr=127.0.0.1:" + secure,
                "--monitoringAddr=127.0.0.1:" + Program.freePort(),
                "--ctrlz_port=0"),
            folder,
            secure,
            plain);
    istiod.start();
    return istiod;
  }

  /** Also starts it again, on the same ports. */
  public void start() {
    Map<String, String> variables = new HashMap<>();
    variables.put("PILOT_ENABLE_AMBIENT", "true");
    variables.put("PILOT_DEBOUNCE_AFTER", "10ms");
    variables.put("POD_NAME", "istiod-0");
    variables.put("POD_NAMESPACE", NAMESPACE);
    variables.put("INJECTION_WEBHOOK_CONFIG_NAME", "");
    variables.put("VALIDATION_WEBHOOK_CONFIG_NAME", "");
    program = Program.start("istiod", folder, command, variables);
    program.await(Duration.ofSeconds(60), () -> accepts(port));
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Where discovery and the certificate authority are served over TLS. */
  public InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", port);
  }

  /** Discovery without TLS and without asking who calls. */
  public InetSocketAddress plainAddress() {
    return new InetSocketAddress("127.0.0.1", plainPort);
  }

  /** As {@code kill -9}. */
  public void kill() {
    program.kill();
  }

  @Override
  public void close() {
    program.close();
  }
}
