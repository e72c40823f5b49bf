// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.waypoint.Clocks;
import io.waypoint.cluster.Author;
import io.waypoint.cluster.ClusterRig;
import io.waypoint.cluster.Istiod;
import io.waypoint.cluster.MountedFiles;
import io.waypoint.dev.ztunnel.HttpFront;
import io.waypoint.dev.ztunnel.LoopbackZtunnel;
import io.waypoint.discovery.wds.WdsDiscovery;
import io.waypoint.discovery.wds.WdsSettings;
import io.waypoint.e2e.WaypointProcess;
import io.waypoint.hbone.HboneClocks;
import io.waypoint.identity.Material;
import io.waypoint.identity.Scheduler;
import io.waypoint.identity.istiod.IstiodCertificates;
import io.waypoint.identity.istiod.Until;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.world.GatewayName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of a mesh whose control plane is the real one: API server, controllers, istiod. Its
 * pods are processes of this machine, each at a loopback address of its own, and a ztunnel that
 * knows only what istiod tells and holds certificates of istiod's authority. The waypoint is a
 * process of its own, started as in its pod.
 */
final class MeshOfIstiod implements AutoCloseable {
  static final GatewayName GATEWAY = new GatewayName("shop", "waypoint");
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
  private static final TrustDomain DOMAIN = new TrustDomain("cluster.local");

  record Answer(int status, String body) {}

  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final Vertx vertx = Vertx.vertx();
  private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);

  /** A connection a request, because one that goes direct goes on doing so. */
  private final HttpClient http =
      vertx.createHttpClient(
          new HttpClientOptions().setKeepAlive(false), new PoolOptions().setHttp1MaxSize(64));

  private final HttpClient keeping = vertx.createHttpClient();
  private final Map<SpiffeId, IstiodCertificates> identities = new ConcurrentHashMap<>();
  private final String block = "127.%d.%d.".formatted(64 + random(60), random(250));
  private final int adminPort = ClusterRig.freePort();
  private final Path folder;
  private final ClusterRig rig;
  private final Author author;
  private final Istiod istiod;
  private final LoopbackZtunnel ztunnel;
  private final WdsDiscovery told;
  private @Nullable MountedFiles mounted;
  private @Nullable Gap gap;
  private @Nullable WaypointProcess waypoint;

  private static int random(int bound) {
    return new SplittableRandom().nextInt(bound);
  }

  MeshOfIstiod(Path folder) {
    this.folder = folder;
    this.rig = ClusterRig.start();
    closing.push(rig);
    rig.startControllers();
    this.istiod = rig.startIstiod();
    this.author = new Author(rig.admin());
    author.namespace("shop", Map.of("istio.io/dataplane-mode", "ambient"));
    for (String account : List.of("waypoint", "sleep", "notsleep", "ztunnel")) {
      author.account("shop", account);
    }
    for (String account : List.of("sleep", "notsleep", "default", "ztunnel")) {
      IstiodCertificates certificates = certificates(id(account));
      Until.holds(() -> certificates.current() != null, certificates::problem);
    }
    this.ztunnel =
        LoopbackZtunnel.create(
            new HboneClocks(Clocks.system().wall(), Clocks.system().nanos()), this::material);
    closing.push(ztunnel);
    this.told = tell();
    closing.push(told);
    ztunnel.listen(
        new InetSocketAddress("127.0.0.1", 0),
        new WdsDirectory(told),
        () -> DOMAIN,
        new InetSocketAddress("127.0.0.1", 9),
        reason -> {});
  }

  private WdsDiscovery tell() {
    return WdsDiscovery.start(
        certificates(id("ztunnel")).istiod(),
        new WdsSettings(
            new GatewayName("shop", "ztunnel"),
            "ztunnel",
            new WdsSettings.Pod("ztunnel-1", "shop", "ztunnel", block + "1", "", DOMAIN.name()),
            "",
            true),
        new WdsDiscovery.Surroundings(vertx, InstantSource.system(), new SplittableRandom(5)));
  }

  ClusterRig rig() {
    return rig;
  }

  Istiod istiod() {
    return istiod;
  }

  Author author() {
    return author;
  }

  /** What istiod tells ztunnels. */
  WdsDiscovery told() {
    return told;
  }

  /** The files that are mounted into the waypoint's pod. */
  MountedFiles mounted() {
    return Objects.requireNonNull(mounted);
  }

  WaypointProcess waypoint() {
    return Objects.requireNonNull(waypoint);
  }

  /** Puts itself between the waypoint and the API server, before the waypoint starts. */
  Gap gapToTheApiServer() {
    Gap made = new Gap(vertx, rig.port());
    closing.push(made);
    gap = made;
    return made;
  }

  String address(int number) {
    return block + number;
  }

  String waypointAddress() {
    return block + "2";
  }

  private MountedFiles mount(String account) {
    try {
      return MountedFiles.mount(
          rig.admin(), istiod, Files.createDirectories(folder.resolve(account)), "shop", account);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private IstiodCertificates certificates(SpiffeId id) {
    return identities.computeIfAbsent(
        id,
        _ -> {
          IstiodCertificates certificates =
              IstiodCertificates.start(
                  mount(id.serviceAccount()).settings(),
                  id,
                  () -> Set.of(DOMAIN),
                  new IstiodCertificates.Surroundings(
                      vertx, InstantSource.system(), Scheduler.on(executor), new SecureRandom()));
          closing.push(certificates);
          return certificates;
        });
  }

  static SpiffeId id(String account) {
    return new SpiffeId(DOMAIN, "shop", account);
  }

  private @Nullable Material material(SpiffeId id) {
    IstiodCertificates known = identities.get(id);
    return known == null ? null : known.current();
  }

  /** A pod that answers with its name, behind its ztunnel. */
  void pod(String name, int number, Map<String, String> labels) {
    String address = block + number;
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end(name))
            .listen(8080, address)
            .await();
    closing.push(() -> server.close().await());
    ztunnel
        .expose(
            "shop/" + name,
            id("default"),
            new InetSocketAddress(address, server.actualPort()),
            new InetSocketAddress(address, 15008))
        .toCompletableFuture()
        .join();
    author.pod("shop", name, address, labels);
  }

  /** The waypoint's pod, its files and its process; what the kubelet and the controllers do. */
  void startWaypoint(String... more) {
    author.pod(
        "shop",
        "waypoint-1",
        waypointAddress(),
        Map.of(
            "gateway.networking.k8s.io/gateway-name", "waypoint",
            "istio.io/dataplane-mode", "none"),
        "waypoint");
    MountedFiles files = mount("waypoint");
    mounted = files;
    Map<String, String> environment = new HashMap<>();
    Gap between = gap;
    environment.put(
        "KUBECONFIG",
        rig.kubeconfig(files.apiToken(), between == null ? rig.port() : between.port()).toString());
    environment.put("POD_NAME", "waypoint-1");
    environment.put("POD_NAMESPACE", "shop");
    environment.put("POD_IP", waypointAddress());
    environment.put("WAYPOINT_PORTS_ADMIN", Integer.toString(adminPort));
    String at = istiod.address().getHostString() + ":" + istiod.address().getPort();
    environment.put("WAYPOINT_MESH_ISTIOD", at);
    environment.put("WAYPOINT_MESH_ISTIOD_NAME", Istiod.SERVER_NAME);
    environment.put("WAYPOINT_MESH_ROOT_FILE", files.folder().resolve("root-cert.pem").toString());
    environment.put("WAYPOINT_MESH_TOKEN_FILE", files.folder().resolve("istio-token").toString());
    for (String setting : more) {
      int equals = setting.indexOf('=');
      environment.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    try {
      WaypointProcess started =
          new WaypointProcess(
              List.of("--kube", "--gateway", GATEWAY.toString()), waypointAddress(), environment);
      waypoint = started;
      closing.push(started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The controllers refuse loopback addresses in slices, so this one is written by hand. */
  void waypointIsReady() {
    rig.admin()
        .resource(
            new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("waypoint-by-hand")
                .addToLabels("kubernetes.io/service-name", "waypoint")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewEndpoint()
                .withAddresses("192.0.2.1")
                .withNewConditions()
                .withReady(true)
                .endConditions()
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace("shop")
                .withName("waypoint-1")
                .endTargetRef()
                .endEndpoint()
                .addNewPort()
                .withName("mesh")
                .withPort(15008)
                .endPort()
                .build())
        .serverSideApply();
  }

  /** What a pod's probe is answered. */
  Answer probe() {
    return fetch(15021, "/healthz/ready");
  }

  /** What the waypoint's metrics say. */
  String metrics() {
    return fetch(15020, "/stats/prometheus").body();
  }

  /** What the waypoint's admin port says of its problems. */
  String waypointProblems() {
    return fetch("127.0.0.1", adminPort, "/problems").body();
  }

  /** Who signed the certificate that the waypoint has now: the key of the root. */
  String leafIssuer() {
    String dump = fetch("127.0.0.1", adminPort, "/certs").body();
    int chain = dump.indexOf("certChain");
    return chain < 0 ? "" : dump.substring(chain, dump.indexOf(']', chain));
  }

  /** As while a root is rotated: everybody trusts the old one and the new one. */
  void mountBothRoots() {
    for (String account : List.of("waypoint", "sleep", "notsleep", "default", "ztunnel")) {
      MountedFiles.of(rig.admin(), istiod, folder.resolve(account), "shop", account).addRoot();
    }
    identities.values().forEach(IstiodCertificates::renew);
  }

  private Answer fetch(int port, String path) {
    return fetch(waypointAddress(), port, path);
  }

  private Answer fetch(String host, int port, String path) {
    try {
      return http.request(HttpMethod.GET, port, host, path)
          .compose(request -> request.send())
          .compose(
              answer -> answer.body().map(body -> new Answer(answer.statusCode(), body.toString())))
          .await();
    } catch (Exception e) {
      return new Answer(0, e.toString());
    }
  }

  Answer ask(String caller, String host, String path) {
    return ask(caller, HttpMethod.GET, host, path);
  }

  Answer ask(String caller, HttpMethod method, String host, String path) {
    try {
      return request(http, caller, method, host, path).await();
    } catch (Exception e) {
      return new Answer(0, e.toString());
    }
  }

  /** The same on connections that are kept, for those who ask often. */
  Answer askAgain(String caller, String host, String path) {
    try {
      return request(keeping, caller, HttpMethod.GET, host, path).await();
    } catch (Exception e) {
      return new Answer(0, e.toString());
    }
  }

  private Future<Answer> request(
      HttpClient client, String caller, HttpMethod method, String host, String path) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(host)
            .setPort(80)
            .setURI(path)
            .setProxyOptions(
                HttpFront.socks("127.0.0.1", ztunnel.outbound().getPort(), caller + ".shop"));
    return client
        .request(options)
        .compose(request -> request.send())
        .compose(
            answer -> answer.body().map(body -> new Answer(answer.statusCode(), body.toString())));
  }

  /** Waits until something is so, and says so with what it saw. */
  void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        WaypointProcess running = waypoint;
        throw new AssertionError(
            "not so: " + what + "\n" + probe() + "\n" + (running == null ? "" : running.said()));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable next = closing.poll(); next != null; next = closing.poll()) {
      next.close();
    }
    executor.shutdownNow();
    http.close().await();
    vertx.close().await();
  }
}
