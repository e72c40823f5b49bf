// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS that begins at the waypoint, to real servers that deserve it and to such that do not. */
class BackendTlsIT {
  private static final String NAME = "abc.example.com";
  private static final String OUTSIDE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: NAME, namespace: default}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: NAME-1, namespace: default, labels: {kubernetes.io/service-name: NAME}}
      addressType: IPv4
      ports: [{name: http, port: PORT}]
      endpoints: [{addresses: ["127.0.0.1"]}]
      ---
      """;
  private static final String POLICY =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: BackendTLSPolicy
      metadata: {name: NAME, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: NAME}]
        validation:
          hostname: HOST
          TRUST
      ---
      """;
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: shop, namespace: default}
      spec:
        parentRefs: [{group: "", kind: Service, name: shop}]
        rules:
          - matches: [{path: {value: /good}}]
            backendRefs: [{name: good, port: 80}]
          - matches: [{path: {value: /without}}]
            backendRefs: [{name: without, port: 80}]
          - matches: [{path: {value: /queue}}]
            backendRefs: [{name: queue, port: 80}]
          - matches: [{path: {value: /https}}]
            backendRefs: [{name: https, port: 443}]
      """;

  private record Got(int status, String body) {}

  private static final AtomicInteger SEEN_IN_CLEAR = new AtomicInteger();

  @TempDir static Path folder;
  private static Stage stage;
  private static TlsServers other;
  private static HttpClient client;

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder);
    var servers = new TlsServers(stage.vertx(), "ours");
    other = new TlsServers(stage.vertx(), "theirs");
    int good = servers.start(leaf -> leaf.dns(NAME));
    stage.with("ours", authority("ours", servers.pem()));
    stage.with("theirs", authority("theirs", other.pem()));
    outside("good", good, "caCertificateRefs: [{group: \"\", kind: ConfigMap, name: ours}]", NAME);
    outside("wrong-name", good, ca("ours"), "other.example.com");
    outside("wrong-authority", good, ca("theirs"), NAME);
    outside("system", good, "wellKnownCACertificates: System", NAME);
    outside("without", good, ca("nobody"), NAME);
    outside("live", good, ca("live"), NAME);
    stage.with("live-ca", authority("live", servers.pem()));
    int stale =
        servers.start(leaf ->
            leaf.dns(NAME).valid(Instant.now().minusSeconds(60), Instant.now().minusSeconds(1)));
    outside("expired", stale, ca("ours"), NAME);
    int star = servers.start(leaf -> leaf.dns("*.example.com"));
    outside("star", star, ca("ours"), NAME);
    outside("star-two", star, ca("ours"), "a.b.example.com");
    outside("only-cn", servers.start(leaf -> leaf.subject(NAME)), ca("ours"), NAME);
    int spiffe = servers.start(leaf -> leaf.uri("spiffe://outside/ns/a/sa/b"));
    outside("uri", spiffe, ca("ours") + sans("spiffe://outside/ns/a/sa/b"), NAME);
    outside("uri-wrong", spiffe, ca("ours") + sans("spiffe://outside/ns/a/sa/c"), NAME);
    outside("only-sni", good, ca("ours") + sans("spiffe://outside/ns/a/sa/b"), NAME);
    int clear =
        stage
            .vertx()
            .createHttpServer()
            .requestHandler(request -> {
              SEEN_IN_CLEAR.incrementAndGet();
              request.response().end("in clear");
            })
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    outside("clear", clear, ca("ours"), NAME);
    stage.with(
        "raw", (service("raw", clear) + policy("raw", ca("ours"), NAME)).replace("http", "tcp"));
    stage.serve("inside", "http", good);
    stage.with("inside-tls", policy("inside", ca("ours"), NAME));
    stage.with(
        "queue", service("queue", clear).replace("port: 80", "appProtocol: mongo, port: 80"));
    stage.with(
        "https",
        service("https", clear).replace("port: 80", "appProtocol: kubernetes.io/wss, port: 443"));
    stage.with("shop", service("shop", clear)).with("route", ROUTE);
    stage.open();
    client = stage.http1(4);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static void outside(String name, int port, String trust, String host) throws Exception {
    stage.with(name, service(name, port) + policy(name, trust, host));
  }

  private static String service(String name, int port) {
    return OUTSIDE.replace("NAME", name).replace("PORT", Integer.toString(port));
  }

  private static String policy(String name, String trust, String host) {
    return POLICY.replace("NAME", name).replace("HOST", host).replace("TRUST", trust);
  }

  private static String ca(String configMap) {
    return "caCertificateRefs: [{group: \"\", kind: ConfigMap, name: " + configMap + "}]";
  }

  private static String sans(String uri) {
    return "\n    subjectAltNames: [{type: URI, uri: \"" + uri + "\"}]";
  }

  private static String authority(String name, String pem) {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: %s, namespace: default}
    data:
      ca.crt: |
    """
            .formatted(name)
        + pem.indent(4);
  }

  private static Got ask(
      HttpClient with, HttpMethod method, String host, String path, String type) {
    var options = new RequestOptions().setMethod(method).setHost(host).setPort(80).setURI(path);
    options.putHeader("content-type", type);
    return Answered.to(with, options, Buffer.buffer(method == HttpMethod.POST ? "x" : ""))
        .map(answered -> new Got(answered.status(), answered.body()))
        .await();
  }

  private static Got ask(String host) {
    return ask(client, HttpMethod.GET, host, "/", "text/plain");
  }

  private static void isRefused(String host) {
    Got got = ask(host);
    assertThat(got.status()).as(host).isEqualTo(503);
    assertThat(got.body()).contains("TLS handshake failed");
  }

  @Test
  void aServerWithTheRightNameIsAskedForItAndSpokenTo() {
    assertThat(ask("good")).isEqualTo(new Got(200, NAME + " HTTP_1_1 good"));
    assertThat(ask("star").status()).isEqualTo(200);
  }

  @Test
  void aRouteLeadsThereToo() {
    assertThat(ask(client, HttpMethod.GET, "shop", "/good", "text/plain").body())
        .isEqualTo(NAME + " HTTP_1_1 shop");
  }

  @Test
  void aServerOfAnotherNameIsNotSpokenTo() {
    isRefused("wrong-name");
    isRefused("star-two");
  }

  @Test
  void theCommonNameProvesNothing() {
    isRefused("only-cn");
  }

  @Test
  void aServerOfAnotherAuthorityIsNotSpokenTo() {
    isRefused("wrong-authority");
    isRefused("system");
  }

  @Test
  void anExpiredCertificateIsNotBelieved() {
    isRefused("expired");
  }

  @Test
  void whatSpeaksNoTlsSeesNoRequest() {
    isRefused("clear");
    assertThat(SEEN_IN_CLEAR).hasValue(0);
  }

  @Test
  void whatIsNotHttpIsNotRelayedInClear() {
    assertThatThrownBy(() -> ask("raw"));
    assertThat(SEEN_IN_CLEAR).hasValue(0);
  }

  @Test
  void aUriInTheCertificateCountsWhenItIsAskedFor() {
    assertThat(ask("uri")).isEqualTo(new Got(200, NAME + " HTTP_1_1 uri"));
    isRefused("uri-wrong");
  }

  @Test
  void withOtherNamesTheHostnameIsOnlyAskedFor() {
    isRefused("only-sni");
  }

  @Test
  void withoutCertificatesNothingIsSent() {
    assertThat(ask("without").status()).isEqualTo(503);
    assertThat(ask(client, HttpMethod.GET, "shop", "/without", "text/plain").status())
        .isEqualTo(500);
  }

  @Test
  void theRouteToAnotherProtocolAnswers500() {
    assertThat(ask(client, HttpMethod.GET, "shop", "/queue", "text/plain").status()).isEqualTo(500);
  }

  @Test
  void aDeclaredHttpsPortIsNeverSpokenToInClear() {
    Got got = ask(client, HttpMethod.GET, "shop", "/https", "text/plain");
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.body()).contains("TLS handshake failed");
    assertThat(SEEN_IN_CLEAR).hasValue(0);
  }

  @Test
  void aCallOfHttp2GoesOnInWhatTheServerIsSureToSpeak() {
    HttpClient http2 = stage.http2();
    assertThat(ask(http2, HttpMethod.GET, "good", "/", "text/plain").body())
        .isEqualTo(NAME + " HTTP_1_1 good");
    assertThat(ask(http2, HttpMethod.POST, "good", "/a.B/C", "application/grpc").body())
        .isEqualTo(NAME + " HTTP_2 good");
  }

  @Test
  void aWebSocketIsCarriedOverTls() throws Exception {
    var options = new WebSocketConnectOptions().setHost("good").setPort(80).setURI("/ws");
    var echoed = new CompletableFuture<String>();
    var socket = stage.webSockets().connect(options).await();
    socket.textMessageHandler(echoed::complete);
    socket.writeTextMessage("hello").await();
    assertThat(echoed.get(5, TimeUnit.SECONDS)).isEqualTo("hello");
    socket.close().await();
  }

  @Test
  void insideATunnelItIsTheSame() {
    assertThat(ask("inside")).isEqualTo(new Got(200, NAME + " HTTP_1_1 inside"));
  }

  @Test
  void anotherAuthorityCountsAsSoonAsItIsWritten() throws Exception {
    assertThat(ask("live").status()).isEqualTo(200);
    stage.with("live-ca", authority("live", other.pem()));
    for (int i = 0; i < 1000 && ask("live").status() == 200; i++) {
      Thread.onSpinWait();
    }
    isRefused("live");
  }
}
