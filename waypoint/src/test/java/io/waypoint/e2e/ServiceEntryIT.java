// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.waypoint.discovery.dns.TestDns;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts outside the mesh, called through tunnels: real servers, and a real name server. */
class ServiceEntryIT {
  private static final String ENTRY =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: NAME, namespace: default}
      spec:
        hosts: [NAME.example.com]
        ports: [{number: 80, name: http, protocol: HTTP, targetPort: PORT}]
        REST
      ---
      """;
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: NAME, namespace: default}
      spec:
        parentRefs: [PARENT]
        rules:
          - matches: [{path: {value: /routed}}]
            filters: [{type: URLRewrite, urlRewrite: {hostname: named.example.com}}]
            backendRefs:
              - {group: networking.istio.io, kind: Hostname, name: named.example.com, port: 80}
      ---
      """;
  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: read-only, namespace: default}
      spec:
        targetRefs: [{group: networking.istio.io, kind: ServiceEntry, name: guarded}]
        action: ALLOW
        rules: [{to: [{operation: {methods: [GET]}}]}]
      ---
      """;

  private record Got(int status, String body) {}

  private static final AtomicInteger CALLS = new AtomicInteger();

  @TempDir static Path folder;
  private static Stage stage;
  private static TestDns dns;
  private static HttpClient client;
  private static int port;

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder);
    dns = TestDns.start();
    dns.name("named.example.com", "127.0.0.1")
        .name("moving.example.com", "127.0.0.2")
        .name("six.example.com", "::1")
        .name("metadata.example.com", "169.254.169.254")
        .name("some.example.com", "169.254.169.254", "127.0.0.1");
    stage.asking(dns.setting());
    port = listen("127.0.0.1", 0);
    listen("::1", port);
    listen("127.0.0.9", port);
    var servers = new TlsServers(stage.vertx(), "outside");
    int secure = servers.start(leaf -> leaf.dns("secure.example.com"));
    entry("fixed", port, "resolution: STATIC\n  endpoints: [{address: 127.0.0.1}]");
    entry("guarded", port, "resolution: STATIC\n  endpoints: [{address: 127.0.0.1}]");
    stage.with("policy", POLICY);
    for (String named : new String[] {"named", "moving", "six", "metadata", "some", "nobody"}) {
      entry(named, port, "resolution: DNS");
    }
    entry("selecting", port, "resolution: STATIC\n  workloadSelector: {labels: {app: vm}}");
    stage.with(
        "vm",
        """
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: vm-1, namespace: default}
        spec: {address: 127.0.0.1, labels: {app: vm}, ports: {http: %d}}
        """
            .formatted(port));
    stage.with(
        "dialled",
        ENTRY
            .replace("NAME", "dialled")
            .replace("number: 80", "number: PORT")
            .replace("PORT", Integer.toString(port))
            .replace("REST", "addresses: [127.0.0.9, 127.0.1.0/24]"));
    entry("secure", secure, "resolution: STATIC\n  endpoints: [{address: 127.0.0.1}]");
    stage.with(
        "secure-tls",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: outside, namespace: default}
        data:
          ca.crt: |
        %s---
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: secure, namespace: default}
        spec:
          targetRefs: [{group: networking.istio.io, kind: ServiceEntry, name: secure}]
          validation:
            hostname: secure.example.com
            caCertificateRefs: [{group: "", kind: ConfigMap, name: outside}]
        """
            .formatted(servers.pem().indent(4)));
    stage.with(
        "through",
        ENTRY
            .replace("NAME", "through")
            .replace("name: http, protocol: HTTP", "name: tls, protocol: TLS")
            .replace("PORT", Integer.toString(secure))
            .replace("REST", "resolution: STATIC\n  endpoints: [{address: 127.0.0.1}]"));
    stage.serve("shop", "http", port);
    stage.with("route", route("shop", "{group: \"\", kind: Service, name: shop}"));
    entry("fronted", port, "resolution: STATIC\n  endpoints: [{address: 127.0.0.1}]");
    stage.with(
        "fronted-route",
        route("fronted", "{group: networking.istio.io, kind: ServiceEntry, name: fronted}"));
    stage.open();
    client = stage.http1(4);
    until("named.example.com");
  }

  @AfterAll
  static void close() {
    stage.close();
    dns.close();
  }

  private static int listen(String host, int wanted) {
    return stage
        .vertx()
        .createHttpServer()
        .requestHandler(ServiceEntryIT::answer)
        .listen(wanted, host)
        .await()
        .actualPort();
  }

  private static void answer(HttpServerRequest request) {
    CALLS.incrementAndGet();
    request.response().end(request.localAddress().hostAddress() + " " + request.authority().host());
  }

  private static void entry(String name, int target, String rest) throws Exception {
    stage.with(
        name,
        ENTRY
            .replace("NAME", name)
            .replace("PORT", Integer.toString(target))
            .replace("REST", rest));
  }

  private static String route(String name, String parent) {
    return ROUTE.replace("NAME", name).replace("PARENT", parent);
  }

  private static Got ask(HttpMethod method, String host, int at, String path) {
    var options = new RequestOptions().setMethod(method).setHost(host).setPort(at).setURI(path);
    return Answered.to(client, options)
        .map(answered -> new Got(answered.status(), answered.body()))
        .await();
  }

  private static Got ask(String host) {
    return ask(HttpMethod.GET, host, 80, "/");
  }

  /** Asks until the name server's answer has come to the world. */
  private static Got until(String host) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    Got got = ask(host);
    while (got.status() != 200 && System.nanoTime() < end) {
      got = ask(host);
    }
    return got;
  }

  @Test
  void aFixedAddressIsCalled() {
    assertThat(ask("fixed.example.com")).isEqualTo(new Got(200, "127.0.0.1 fixed.example.com"));
  }

  @Test
  void aNameIsLookedUp() {
    assertThat(until("named.example.com")).isEqualTo(new Got(200, "127.0.0.1 named.example.com"));
  }

  @Test
  void aNameWithoutIpv4IsCalledByIpv6() {
    assertThat(until("six.example.com").body()).endsWith("1 six.example.com").contains(":");
  }

  @Test
  void aNameThatMovesIsFollowed() {
    assertThat(ask("moving.example.com").status()).isEqualTo(503);
    dns.name("moving.example.com", "127.0.0.1");
    assertThat(until("moving.example.com").body()).startsWith("127.0.0.1");
  }

  @Test
  void aNameOfAMetadataServiceIsNotCalled() {
    until("some.example.com");
    for (int i = 0; i < 20; i++) {
      assertThat(ask("some.example.com").body()).isEqualTo("127.0.0.1 some.example.com");
    }
    assertThat(ask("metadata.example.com")).isEqualTo(new Got(503, "no healthy upstream"));
  }

  @Test
  void aNameThatNobodyKnowsIs503() {
    assertThat(ask("nobody.example.com")).isEqualTo(new Got(503, "no healthy upstream"));
  }

  @Test
  void aWorkloadEntryIsSelected() {
    assertThat(ask("selecting.example.com").status()).isEqualTo(200);
  }

  @Test
  void whoDialsAnAddressReachesThatAddress() {
    assertThat(ask(HttpMethod.GET, "127.0.0.9", port, "/").body()).startsWith("127.0.0.9");
    assertThat(ask(HttpMethod.GET, "dialled.example.com", port, "/").body())
        .isEqualTo("127.0.0.9 dialled.example.com");
    // Of a range our own doors are never part.
    assertThatThrownBy(() -> ask(HttpMethod.GET, "127.0.1.1", port, "/"));
  }

  @Test
  void tlsBeginsHere() {
    assertThat(ask("secure.example.com").body())
        .isEqualTo("secure.example.com HTTP_1_1 secure.example.com");
  }

  @Test
  void theCallersOwnTlsPassesThrough() {
    var options =
        new HttpClientOptions().setSsl(true).setTrustAll(true).setProxyOptions(stage.socks());
    HttpClient own = stage.vertx().createHttpClient(options.setVerifyHost(false));
    String body =
        own.request(HttpMethod.GET, 80, "through.example.com", "/")
            .compose(request -> request.send().compose(response -> response.body()))
            .await()
            .toString();
    assertThat(body).startsWith("through.example.com HTTP_1_1");
    own.close().await();
  }

  @Test
  void aRouteOfAServiceLeadsOutside() {
    assertThat(ask(HttpMethod.GET, "shop", 80, "/routed/a"))
        .isEqualTo(new Got(200, "127.0.0.1 named.example.com"));
  }

  @Test
  void anEntryHasRoutesOfItsOwn() {
    assertThat(ask(HttpMethod.GET, "fronted.example.com", 80, "/routed"))
        .isEqualTo(new Got(200, "127.0.0.1 named.example.com"));
    assertThat(ask(HttpMethod.GET, "fronted.example.com", 80, "/other").status()).isEqualTo(404);
  }

  @Test
  void aPolicyGuardsTheWayOut() {
    assertThat(ask("guarded.example.com").status()).isEqualTo(200);
    int before = CALLS.get();
    Got denied = ask(HttpMethod.DELETE, "guarded.example.com", 80, "/");
    assertThat(denied).isEqualTo(new Got(403, "RBAC: access denied"));
    assertThat(CALLS).hasValue(before);
  }

  @Test
  void aHostInTheRequestOpensNoOtherDoor() {
    var options = new RequestOptions().setHost("guarded.example.com").setPort(80).setURI("/");
    options.putHeader("host", "fixed.example.com").setMethod(HttpMethod.DELETE);
    int status = client.request(options).compose(request -> request.send()).await().statusCode();
    assertThat(status).isEqualTo(403);
  }
}
