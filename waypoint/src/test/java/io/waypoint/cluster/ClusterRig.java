// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cluster;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real API server on this machine: etcd and kube-apiserver, and on request the controller manager
 * and istiod. There are no kubelets: a test writes the status of its pods. Everything listens on
 * the loopback, under ports that the system chose, and ends with {@link #close}.
 */
public final class ClusterRig implements AutoCloseable {
  /** Pods say that they are there; without it they are in no endpoint slice. */
  static final String NODE = "node";

  private static final Pattern REVISION = Pattern.compile("\"revision\":\"(\\d+)\"");
  private static final String ADMIN = "admin-token";
  private static final Duration SOON = Duration.ofSeconds(90);

  private final Binaries binaries = Binaries.ofEnvironment();
  private final Path folder;
  private final int etcdPort = Program.freePort();
  private final int apiPort = Program.freePort();
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private Program apiServer;
  private KubernetesClient admin;

  private ClusterRig(Path folder) {
    this.folder = folder;
  }

  /**
   * Starts etcd and the API server, and installs the definitions of the Gateway API, of Istio and
   * of ours.
   */
  public static ClusterRig start() {
    ClusterRig rig = new ClusterRig(temporary());
    try {
      rig.startEtcd();
      rig.writeKeys();
      rig.startApiServer();
      rig.admin = rig.client(ADMIN);
      rig.closing.push(rig.admin);
      rig.installDefinitions();
      rig.admin
          .resource(new NodeBuilder().withNewMetadata().withName(NODE).endMetadata().build())
          .create();
      return rig;
    } catch (RuntimeException e) {
      rig.close();
      throw e;
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("waypoint-cluster");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startEtcd() {
    String url = "http://127.0.0.1:" + etcdPort;
    String peer = "http://127.0.0.1:" + Program.freePort();
    Program etcd =
        Program.start(
            "etcd",
            folder,
            List.of(
                binaries.path("etcd"),
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--unsafe-no-fsync"),
            Map.of());
    closing.push(etcd);
    etcd.await(SOON, () -> answers(url + "/health"));
  }

  /** The key of service-account tokens, and the tokens of users: an admin, and nobody. */
  private void writeKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
      Files.writeString(
          folder.resolve("sa.key"),
          "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
      Files.writeString(
          folder.resolve("tokens.csv"),
          ADMIN + ",admin,admin,system:masters\nnobody-token,nobody,nobody\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Also starts it again, on the same port and with the same objects. */
  public void startApiServer() {
    Path key = folder.resolve("sa.key");
    List<String> command = new ArrayList<>();
    command.add(binaries.path("kube-apiserver"));
    command.add("--etcd-servers=http://127.0.0.1:" + etcdPort);
    command.add("--bind-address=127.0.0.1");
    command.add("--advertise-address=127.0.0.1");
    command.add("--endpoint-reconciler-type=none");
    command.add("--secure-port=" + apiPort);
    command.add("--cert-dir=" + folder.resolve("serving"));
    command.add("--token-auth-file=" + folder.resolve("tokens.csv"));
    command.add("--authorization-mode=Node,RBAC");
    command.add("--service-account-issuer=https://kubernetes.default.svc.cluster.local");
    command.add("--service-account-key-file=" + key);
    command.add("--service-account-signing-key-file=" + key);
    command.add("--service-cluster-ip-range=10.96.0.0/12");
    // The tests are the only client and are not to be slowed down.
    command.add("--max-requests-inflight=0");
    command.add("--max-mutating-requests-inflight=0");
    command.add("--enable-priority-and-fairness=false");
    apiServer = Program.start("kube-apiserver", folder, command, Map.of());
    apiServer.await(SOON, this::isReady);
  }

  public int port() {
    return apiPort;
  }

  /** For a program that cannot be told to choose one itself. */
  public static int freePort() {
    return Program.freePort();
  }

  /** Makes etcd forget every version but the newest. */
  public void compact() {
    String etcd = "http://127.0.0.1:" + etcdPort + "/v3/kv/";
    Matcher revision = REVISION.matcher(post(etcd + "range", "{\"key\":\"AA==\"}"));
    if (!revision.find()) {
      throw new IllegalStateException("etcd names no revision");
    }
    post(etcd + "compaction", "{\"revision\":\"" + revision.group(1) + "\",\"physical\":true}");
  }

  private static String post(String url, String body) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
        throw new IllegalStateException(answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** As {@code kill -9}. */
  public void killApiServer() {
    apiServer.kill();
  }

  private boolean isReady() {
    if (!Files.exists(certificate())) {
      return false;
    }
    try (KubernetesClient probe = client(ADMIN)) {
      return "ok".equals(probe.raw("/readyz"));
    } catch (RuntimeException _) {
      return false;
    }
  }

  private Path certificate() {
    return folder.resolve("serving/apiserver.crt");
  }

  /** A client with all rights. */
  public KubernetesClient admin() {
    return admin;
  }

  /** How to reach the API server as the holder of a token. */
  public Config config(String token) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://127.0.0.1:" + apiPort)
        .withCaCertFile(certificate().toString())
        .withOauthToken(token)
        .withNamespace("default")
        .withRequestTimeout(10_000)
        .withConnectionTimeout(2_000)
        .withRequestRetryBackoffLimit(0)
        .build();
  }

  /** The same as a file, for what takes a path. */
  public Path kubeconfig(String token) {
    return kubeconfig(token, apiPort);
  }

  /**
   * @param port where the API server seems to be
   */
  public Path kubeconfig(String token, int port) {
    String text =
        """
        apiVersion: v1
        kind: Config
        current-context: rig
        clusters: [{name: rig, cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}}]
        users: [{name: user, user: {token: "%s"}}]
        contexts: [{name: rig, context: {cluster: rig, user: user}}]
        """
            .formatted(port, certificate(), token);
    try {
      return Files.writeString(
          folder.resolve("kubeconfig-" + Integer.toHexString(token.hashCode())), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path kubeconfig() {
    return kubeconfig(ADMIN);
  }

  public KubernetesClient client(String token) {
    return client(config(token));
  }

  public static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new JdkHttpClientFactory())
        .build();
  }

  private void installDefinitions() {
    List<Path> files = new ArrayList<>(binaries.definitions());
    files.addAll(ownDefinitions());
    for (Path file : files) {
      try (InputStream yaml = Files.newInputStream(file)) {
        admin.load(yaml).serverSideApply();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    admin
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .list()
        .getItems()
        .forEach(crd -> awaitEstablished(crd.getMetadata().getName()));
  }

  /** Those that the chart brings. */
  private static List<Path> ownDefinitions() {
    try (Stream<Path> files = Files.list(Path.of("../chart/crds"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a kind can be used. */
  public void awaitEstablished(String definition) {
    admin
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(definition)
        .waitUntilCondition(ClusterRig::established, 30, TimeUnit.SECONDS);
  }

  private static boolean established(CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }

  /** Namespaces, service accounts, endpoint slices, Deployments and garbage. */
  public void startControllers() {
    Program program =
        Program.start(
            "kube-controller-manager",
            folder,
            List.of(
                binaries.path("kube-controller-manager"),
                "--kubeconfig=" + kubeconfig(),
                "--leader-elect=false",
                "--bind-address=127.0.0.1",
                "--secure-port=" + Program.freePort(),
                "--service-account-private-key-file=" + folder.resolve("sa.key"),
                "--root-ca-file=" + certificate(),
                "--use-service-account-credentials=false",
                "--controllers=namespace-controller,serviceaccount-controller,"
                    + "serviceaccount-token-controller,endpointslice-controller,"
                    + "garbage-collector-controller,deployment-controller,replicaset-controller"),
            Map.of());
    closing.push(program);
    program.await(
        SOON,
        () -> admin.serviceAccounts().inNamespace("default").withName("default").get() != null);
  }

  /** Istio's own control plane; its namespace is made when it is missing. */
  public Istiod startIstiod() {
    Istiod istiod = Istiod.start(binaries.path("pilot-discovery"), folder, kubeconfig(), admin);
    closing.push(istiod);
    return istiod;
  }

  private static boolean answers(String url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(500);
      connection.setReadTimeout(2_000);
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    if (apiServer != null) {
      apiServer.close();
    }
    for (AutoCloseable next = closing.poll(); next != null; next = closing.poll()) {
      try {
        next.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
