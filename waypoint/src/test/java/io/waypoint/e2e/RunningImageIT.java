// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypoint.dev.ztunnel.Hop;
import io.waypoint.hbone.HboneSettings;
import io.waypoint.identity.DevCa;
import io.waypoint.rbac.identity.SpiffeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The image that .ci/image built, run as a cluster runs it, with real tunnels on either side. */
@Timeout(180)
class RunningImageIT {
  private static final Container.Limits POD = new Container.Limits(512L << 20, 150);
  private static final String ANSWER = "from the workload";
  private static final String VIP = "10.96.0.10";
  private static final SpiffeId WEB = new SpiffeId(Node.DOMAIN, "default", "web");
  private static final int HBONE = 15008;
  private static final long CLASSES_AND_THREADS = 80L << 20;
  private static final Map<String, String> SETTINGS =
      Map.of("DRAIN_DELAY", "200ms", "DRAIN_GO_AWAY", "500ms", "DRAIN_GRACE", "20s");

  @TempDir private Path files;
  @TempDir private Path certificates;
  @TempDir private Path bundle;
  private final DevCa ca =
      DevCa.create(Node.DOMAIN, DevCa.DAY, InstantSource.system(), new SecureRandom());
  private final Node node = new Node(ca::issue, HboneSettings.DEFAULT);
  private Container container;

  @AfterEach
  void close() throws IOException {
    if (container != null) {
      container.close();
    }
    node.close();
  }

  private WaypointProcess start(Container.Limits limits) throws Exception {
    String pod = "127.201.0." + (1 + ProcessHandle.current().pid() % 250);
    InetSocketAddress app =
        new InetSocketAddress(pod, node.serve(pod, request -> request.response().end(ANSWER)));
    node.expose("default/web-1", WEB, app, new InetSocketAddress(pod, HBONE));
    Manifests.mesh(files);
    Manifests.pod(files, "web", VIP, app);
    Identity.write(certificates, ca.issue(Node.WAYPOINT), ca);
    readableByAll(files);
    readableByAll(certificates);
    container = new Container(bundle, limits);
    WaypointProcess waypoint =
        new WaypointProcess(
            container.command(
                WaypointProcess.arguments(files, certificates),
                WaypointProcess.environment(SETTINGS),
                List.of(files, certificates)),
            Map.of());
    InetSocketAddress address = waypoint.address();
    node.listen(
        (caller, host, port) -> new Hop.Tunnel(address, Node.WAYPOINT.uri(), VIP + ":" + port));
    return waypoint;
  }

  /** As a cluster mounts volumes for a group of the pod. */
  private static void readableByAll(Path folder) throws IOException {
    Files.setPosixFilePermissions(
        folder,
        Set.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_EXECUTE));
  }

  private String ask() throws IOException {
    try (SocksSocket socket = new SocksSocket(node.outbound(), Stage.CALLER, "web", 80)) {
      return socket.get("web", "/");
    }
  }

  @Test
  void answersThroughATunnelAsNobodyOnAReadOnlyRoot() throws Exception {
    try (WaypointProcess waypoint = start(POD)) {
      assertThat(ask())
          .startsWith("HTTP/1.1 200 ")
          .contains("content-length: " + ANSWER.length() + "\r\n");

      assertThat(container.status("Uid")).startsWith("65532\t65532");
      assertThat(container.status("CapEff")).isEqualTo("0000000000000000");
      assertThat(container.status("CapBnd")).isEqualTo("0000000000000000");
      assertThat(container.status("NSpid")).endsWith("\t1");
      assertThat(container.rootOptions()).startsWith("ro");
      System.out.println(waypoint.said().strip());
      System.out.println("resident after the first request: " + container.status("VmRSS"));
    }
  }

  @Test
  void processOneDrainsOnSigterm() throws Exception {
    try (WaypointProcess waypoint = start(POD)) {
      assertThat(ask()).startsWith("HTTP/1.1 200 ");

      container.process().destroy();

      waypoint.hasSaid("draining");
      assertThat(waypoint.exit()).as(waypoint.said()).isZero();
    }
  }

  @Test
  void takesItsEventLoopsFromTheLimitOfCpu() throws Exception {
    try (WaypointProcess waypoint = start(new Container.Limits(512L << 20, 300))) {
      assertThat(ask()).startsWith("HTTP/1.1 200 ");
      int processors = Runtime.getRuntime().availableProcessors();

      assertThat(loops()).isEqualTo(Math.min(3, processors));
    }
  }

  @Test
  void oneCpuIsOneEventLoop() throws Exception {
    try (WaypointProcess waypoint = start(new Container.Limits(256L << 20, 100))) {
      assertThat(ask()).startsWith("HTTP/1.1 200 ");

      assertThat(loops()).isEqualTo(1);
    }
  }

  /** Loops that serve traffic; the one for administration has a pool of its own. */
  private long loops() throws IOException {
    long all =
        container.threads().stream().filter(name -> name.startsWith("vert.x-eventlo")).count();
    return all - 1;
  }

  /** What Netty takes outside of the heap is bounded by as much again. */
  @Test
  void memoryItMayTakeFitsIntoItsLimit() throws Exception {
    String said = said(Map.of("JDK_JAVA_OPTIONS", "-XX:+PrintFlagsFinal"), "version");
    long heap = flag(said, "MaxHeapSize");
    long code = flag(said, "ReservedCodeCacheSize");

    assertThat(flag(said, "MaxDirectMemorySize")).as("0 stands for that of the heap").isZero();
    assertThat(2 * heap + code + CLASSES_AND_THREADS).isLessThan(POD.memory());
    assertThat(heap).isGreaterThan(POD.memory() / 3);
    assertThat(said).contains("waypoint ", "BoringSSL", "epoll");
  }

  private static long flag(String said, String name) {
    return said.lines()
        .filter(line -> line.contains(" " + name + " "))
        .map(line -> line.replaceAll(".*= *(\\d+).*", "$1"))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void startsFromItsCache() throws Exception {
    assertThat(said(Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on"), "version")).contains("waypoint ");
  }

  @Test
  void tellsTheStoryByItself() throws Exception {
    assertThat(said(Map.of(), "dev", "--rehearse", "--any-port")).doesNotContain("hint:");
  }

  @Test
  void notReadyIsOne() throws Exception {
    container = new Container(bundle, POD);
    Process process =
        new ProcessBuilder(
                container.command(List.of("healthcheck", "--port", "1"), Map.of(), List.of()))
            .redirectErrorStream(true)
            .start();

    assertThat(new String(process.getInputStream().readAllBytes())).contains("no answer from");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  private String said(Map<String, String> environment, String... arguments) throws Exception {
    container = new Container(bundle, POD);
    Process process =
        new ProcessBuilder(container.command(List.of(arguments), environment, List.of()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void saysWhatItIs() throws IOException {
    JsonNode image = Container.configuration();
    JsonNode labels = image.path("Labels");

    assertThat(image.path("User").asText()).isEqualTo("65532:65532");
    assertThat(image.path("Entrypoint").path(0).asText()).isEqualTo("/app/jre/bin/java");
    assertThat(image.path("StopSignal").asText()).isEqualTo("SIGTERM");
    assertThat(image.path("ExposedPorts").toString()).contains("15008", "15020", "15021");
    for (String label :
        List.of("title", "description", "version", "revision", "created", "source", "licenses")) {
      assertThat(labels.path("org.opencontainers.image." + label).asText()).isNotEmpty();
    }
  }

  @Test
  void bringsItsBillOfMaterials() throws IOException {
    Path app = Container.root().resolve("app");

    assertThat(Files.readString(app.resolve("sbom.json"))).contains("\"CycloneDX\"", "vertx-core");
    assertThat(app.resolve("LICENSE")).exists();
    assertThat(app.resolve("NOTICE")).exists();
  }

  /** Nothing in it may be written by the user it runs as. */
  @Test
  void nothingOfTheProgramIsWritable() throws IOException {
    try (var paths = Files.walk(Container.root().resolve("app"))) {
      for (Path path : paths.filter(p -> !Files.isSymbolicLink(p)).toList()) {
        assertThat(Files.getPosixFilePermissions(path))
            .as(path.toString())
            .doesNotContain(PosixFilePermission.OTHERS_WRITE)
            .contains(PosixFilePermission.OTHERS_READ);
      }
    }
  }
}
