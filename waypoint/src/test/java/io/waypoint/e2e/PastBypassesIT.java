// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ways past policy that Envoy and Istio once had, tried here byte by byte through tunnels. Each is
 * denied or refused, and never reaches the application; {@code docs/bypasses.md} has the whole list
 * and where the other rows are tested.
 */
@Timeout(120)
class PastBypassesIT {
  private static final String MESH =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio, namespace: istio-system}
      data:
        mesh: |
          pathNormalization: {normalization: DECODE_AND_MERGE_SLASHES}
      """;

  private static final String POLICIES =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: guarded, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: guarded}]
        action: DENY
        rules:
        - to: [{operation: {paths: [/admin, /admin/*, "/admin;*", "/t/{*}/secret"]}}]
        - to: [{operation: {hosts: [evil.example, "evil.example:*"]}}]
        - when: [{key: "request.headers[x-role]", values: [admin]}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: dots, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: dots}]
        rules: [{from: [{source: {serviceAccounts: [sle.p]}}]}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: port, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: port}]
        action: DENY
        rules: [{to: [{operation: {ports: ["80"]}}]}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: tcp-http, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: tcp-http}]
        action: DENY
        rules: [{to: [{operation: {paths: [/admin]}}]}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: tcp-suffix, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: tcp-suffix}]
        action: DENY
        rules: [{from: [{source: {principals: ["*/sa/sleep"]}}]}]
      """;

  @TempDir static Path folder;
  private static final Queue<String> SERVED = new ConcurrentLinkedQueue<>();
  private static Stage stage;

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder).with("mesh-config", MESH).with("policies", POLICIES);
    for (String app : new String[] {"guarded", "dots", "port", "tcp-http", "tcp-suffix"}) {
      stage.serve(
          app,
          app.startsWith("tcp") ? "tcp" : "http",
          request -> {
            SERVED.add(request.uri());
            request.response().putHeader("content-length", "2").end("ok");
          });
    }
    stage.open();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @BeforeEach
  void forget() {
    SERVED.clear();
  }

  private static String ask(String app, String request) throws IOException {
    try (var socket = new SocksSocket(stage.mesh().outbound(), Stage.CALLER, app, 80)) {
      socket.send(request);
      return socket.head();
    }
  }

  /** A path of the guarded application, with the fields given. */
  private static int get(String path, String... fields) throws IOException {
    String head = "GET " + path + " HTTP/1.1\r\n" + String.join("", fields);
    boolean host = String.join("", fields).toLowerCase(java.util.Locale.ROOT).startsWith("host:");
    String answer = ask("guarded", head + (host ? "" : "Host: guarded\r\n") + "\r\n");
    return Integer.parseInt(answer.substring(9, 12));
  }

  private static void denied(int status) {
    assertThat(status).isIn(400, 403);
    assertThat(SERVED).isEmpty();
  }

  /** What the tests below change is all that keeps a request from being served. */
  @Test
  void anOrdinaryRequestIsServed() throws IOException {
    assertThat(get("/t/a/b?x=/admin", "x-role: user\r\n")).isEqualTo(200);
    assertThat(SERVED).containsExactly("/t/a/b?x=/admin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/x/../admin", "/./admin", "/%61dmin", "/x/%2e%2e/admin", "/x/.%2E/admin/y"})
  void cve20199901PathsThatAreNotNormalised(String path) throws IOException {
    denied(get(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin?", "/admin?x=1", "/admin?x=/y"})
  void cve20208595QueriesBehindAnExactPath(String path) throws IOException {
    denied(get(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin#", "/admin#x", "/admin#/../y", "/admin/#?x"})
  void cve202139156FragmentsInAPath(String path) throws IOException {
    denied(get(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"//admin", "/x//../..//admin", "/%2Fadmin", "/x%2f..%2fadmin", "/x%5c..%5cadmin"})
  void cve202131920SlashesTwiceEscapedOrBackwards(String path) throws IOException {
    denied(get(path));
  }

  @Test
  void cve202025017OnlyTheFirstOfRepeatedFieldsInspected() throws IOException {
    denied(get("/", "x-role: user\r\n", "x-role: admin\r\n"));
    denied(get("/", "x-role: admin\r\n", "X-Role: user\r\n"));
  }

  @Test
  void cve202626308RepeatedFieldsJoinedBeforeTheyAreCompared() throws IOException {
    denied(get("/", "x-role: a\r\n", "x-role: admin\r\n", "x-role: b\r\n"));
  }

  @Test
  void cve201918802WhitespaceAroundAValue() throws IOException {
    denied(get("/", "x-role: \t admin \t \r\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"EVIL.example", "evil.EXAMPLE"})
  void cve202139155HostsInOtherLetters(String host) throws IOException {
    denied(get("/", "Host: " + host + "\r\n"));
  }

  @Test
  void istioSecurity2021008HostsWithAPort() throws IOException {
    denied(get("/", "Host: evil.example:80\r\n"));
    denied(get("/", "Host: Evil.Example:8080\r\n"));
  }

  @Test
  void cve202546821AStarInAPathOfATemplate() throws IOException {
    denied(get("/t/*/secret"));
    denied(get("/t/a*b/secret"));
    denied(get("/t/%22%7B%7D/secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x/..;/admin", "/x/..;a=b/admin", "/.;/admin", "/x/%2e%2e;x/admin"})
  void cve202673551DotSegmentsWithParameters(String path) throws IOException {
    denied(get(path));
  }

  @Test
  void cve202673553ParametersBehindAPathHaveAPatternOfTheirOwn() throws IOException {
    denied(get("/admin;x=1"));
  }

  @Test
  void cve202639350DotsOfAServiceAccountAreDots() throws IOException {
    assertThat(ask("dots", "GET / HTTP/1.1\r\nHost: dots\r\n\r\n")).startsWith("HTTP/1.1 403");
    assertThat(SERVED).isEmpty();
  }

  @Test
  void istioSecurity2021002PortsAreThoseThatTheCallerDials() throws IOException {
    assertThat(ask("port", "GET / HTTP/1.1\r\nHost: port:81\r\n\r\n")).startsWith("HTTP/1.1 403");
    assertThat(SERVED).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp-http", "tcp-suffix"})
  void cve201912243AndCve202016844ConnectionsThatAreNotHttpAreJudgedToo(String app)
      throws IOException {
    String answer;
    try (var socket = new SocksSocket(stage.mesh().outbound(), Stage.CALLER, app, 80)) {
      socket.send("GET / HTTP/1.1\r\nHost: " + app + "\r\n\r\n");
      answer = socket.rest();
    } catch (IOException refused) {
      answer = "";
    }
    assertThat(answer).doesNotContain("200 OK");
    assertThat(SERVED).isEmpty();
  }

  @Test
  void cve20199900NulBytesInAValue() throws IOException {
    denied(get("/", "x-role: admin\u0000\r\n"));
  }

  @Test
  void cve202673550RepeatedHosts() throws IOException {
    denied(get("/", "Host: guarded\r\n", "Host: evil.example\r\n"));
  }

  @Test
  void cve202673547AndCve202564763PlainConnectIsNotServed() throws IOException {
    String answer =
        ask("guarded", "CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assertThat(answer).matches("(?s)HTTP/1.1 (400|405).*");
    assertThat(SERVED).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin%00", "/%00/../admin", "/\u0001admin", "admin", "/a b"})
  void rule74PathsThatAreNoPaths(String path) throws IOException {
    denied(get(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"guarded@evil.example", "guar/ded", "", "guarded:0", "a b", "[::1"})
  void rule73HostsThatAreNoHosts(String host) throws IOException {
    denied(get("/", "Host: " + host + "\r\n"));
  }

  @Test
  void rule77UnderscoresAreNotHyphens() throws IOException {
    assertThat(get("/", "x_role: admin\r\n")).isEqualTo(200);
    assertThat(SERVED).hasSize(1);
  }
}
