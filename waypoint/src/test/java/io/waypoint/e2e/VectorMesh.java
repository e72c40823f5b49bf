// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import io.waypoint.Clocks;
import io.waypoint.Waypoint;
import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.config.Source;
import io.waypoint.dev.DevSettings;
import io.waypoint.dev.ztunnel.LoopbackZtunnel;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.discovery.file.FileDiscovery;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.LocalTable.LocalProcess;
import io.waypoint.discovery.translate.LocalTable.LocalWorkload;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translation;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.hbone.WorkloadAddress;
import io.waypoint.identity.Certificates;
import io.waypoint.identity.Material;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The production waypoint with what files say, and callers of any identity that dial it with
 * tunnels of their own: what a dev mesh does not let its users do.
 */
final class VectorMesh implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final Vertx vertx;
  private final WorldHolder worlds = new WorldHolder();
  private final LoopbackZtunnel ztunnel;
  private final AutoCloseable discovery;
  private final Waypoint waypoint;
  private final SpiffeId identity;

  /** Makes worlds of objects. */
  private interface Reading {
    AutoCloseable begin(WorldHolder worlds, LocalTable local);
  }

  /**
   * Reads the objects from a file, as {@code waypoint run -f} does: whatever is wrong with them
   * fails.
   *
   * @param vertx for what stands between the caller and the waypoint
   * @param folder empty
   * @param issue certificates, which say whom their holders trust
   */
  static VectorMesh ofFiles(
      Vertx vertx, Path folder, String yaml, Function<SpiffeId, Material> issue)
      throws IOException {
    Files.writeString(folder.resolve("mesh.yaml"), yaml);
    return new VectorMesh(
        vertx,
        (worlds, local) -> {
          var files =
              new FileDiscovery(
                  List.of(folder),
                  new Translator(Scope.ONLY_GATEWAY, local),
                  worlds,
                  new Strict(),
                  FileDiscovery.Pace.DEFAULT);
          files.start();
          return files;
        },
        issue);
  }

  /**
   * Takes the objects as a cluster holds them in which no webhook has looked at them; that files
   * would refuse them is checked.
   */
  static VectorMesh ofCluster(Vertx vertx, String yaml, Function<SpiffeId, Material> issue) {
    return new VectorMesh(
        vertx,
        (worlds, local) -> {
          var problems = new Problems();
          List<Doc> docs = new ArrayList<>();
          for (Object object : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
            docs.add(clusterObject(Vectors.map(object)).doc(problems));
          }
          Translation translation =
              new Translator(Scope.ONLY_GATEWAY, local).translate(docs, problems, 1);
          assertThat(refusedInFiles(yaml, local)).isTrue();
          worlds.publish(translation.world());
          return () -> {};
        },
        issue);
  }

  private static boolean refusedInFiles(String yaml, LocalTable local) {
    var problems = new Problems();
    List<Doc> docs = Doc.read(Source.file("mesh.yaml", yaml), problems);
    return new Translator(Scope.ONLY_GATEWAY, local).translate(docs, problems, 1).isRefused();
  }

  private static ReadObject clusterObject(Map<String, Object> object) {
    Map<String, Object> metadata = Vectors.map(object.get("metadata"));
    return ReadObject.of(
        Source.object(
            String.valueOf(object.get("kind")),
            String.valueOf(metadata.getOrDefault("namespace", "")),
            String.valueOf(metadata.get("name")),
            ""),
        object);
  }

  private VectorMesh(Vertx vertx, Reading reading, Function<SpiffeId, Material> issue) {
    this.vertx = vertx;
    ztunnel = LoopbackZtunnel.create(Node.CLOCKS, issue::apply);
    discovery = reading.begin(worlds, this::expose);
    World world = Objects.requireNonNull(worlds.current());
    var gateway = Objects.requireNonNull(world.gateway());
    identity = new SpiffeId(world.mesh().trustDomain(), gateway.namespace(), gateway.name());
    waypoint =
        Waypoint.start(
                Patience.of(DevSettings.quiet(List.of()).waypoint()),
                new Waypoint.Surroundings(
                    worlds,
                    new Fixed(issue.apply(identity)),
                    new Telemetry(
                        TelemetrySettings.of("test"),
                        Node.CLOCKS.nanos(),
                        Node.CLOCKS.wall(),
                        null),
                    List::of,
                    LOOPBACK,
                    LOOPBACK.getHostAddress(),
                    LOOPBACK,
                    "test",
                    () -> {}),
                Clocks.system())
            .await();
  }

  private LocalProcess expose(LocalWorkload workload) {
    InetSocketAddress app = Objects.requireNonNull(workload.annotated());
    return new LocalProcess(
        app,
        ztunnel
            .expose(workload.key(), workload.identity(), app, new InetSocketAddress("127.0.0.1", 0))
            .toCompletableFuture()
            .join());
  }

  /** A service through the waypoint, dialled by somebody. */
  WorkloadAddress service(String name, String namespace, int port, String caller) {
    var service = Objects.requireNonNull(worlds.current()).service(name, namespace);
    return dial(service.addresses().getFirst() + ":" + port, caller, waypoint.address());
  }

  /** The same from another address of this machine. */
  WorkloadAddress service(String name, String namespace, int port, String caller, String from) {
    var service = Objects.requireNonNull(worlds.current()).service(name, namespace);
    return dial(service.addresses().getFirst() + ":" + port, caller, way(from));
  }

  /** A pod by its own address. */
  WorkloadAddress pod(int port, String caller) {
    String address =
        Objects.requireNonNull(worlds.current()).workloads().stream()
            .flatMap(workload -> workload.addresses().stream())
            .findFirst()
            .orElseThrow();
    return dial(address + ":" + port, caller, waypoint.address());
  }

  private WorkloadAddress dial(String authority, String caller, InetSocketAddress hbone) {
    return new WorkloadAddress(hbone, identity.uri(), authority, caller);
  }

  /** A stretch of network: the waypoint sees its connections come from an address. */
  private InetSocketAddress way(String from) {
    var client = vertx.createNetClient(new NetClientOptions().setLocalAddress(from));
    InetSocketAddress to = waypoint.address();
    var server =
        vertx
            .createNetServer()
            .connectHandler(near -> {
              near.pause();
              client
                  .connect(SocketAddress.inetSocketAddress(to))
                  .onSuccess(far -> {
                    near.pipeTo(far);
                    far.pipeTo(near);
                  })
                  .onFailure(cause -> near.close());
            })
            .listen(0, "127.0.0.1")
            .await();
    return new InetSocketAddress("127.0.0.1", server.actualPort());
  }

  @Override
  public void close() throws Exception {
    waypoint.close().await();
    ztunnel.close();
    discovery.close();
  }

  /** A certificate that outlives the test. */
  private record Fixed(Material current) implements Certificates {
    @Override
    public Subscription onChange(Runnable listener) {
      return () -> {};
    }

    @Override
    public void close() {}
  }

  private static final class Strict implements DiscoveryReport {
    @Override
    public void published(World world, List<String> changes, List<Problem> problems) {}

    @Override
    public void rejected(List<Problem> problems) {
      throw new AssertionError(problems.stream().filter(Problem::isError).toList().toString());
    }
  }
}
