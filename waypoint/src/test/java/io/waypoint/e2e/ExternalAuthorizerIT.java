// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.waypoint.wire.extauthz.AttributeContext;
import io.waypoint.wire.extauthz.RequestHttp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * External authorization through tunnels, to the application and to the authorizers (policies.md
 * section 4). Each application is guarded by another provider.
 */
@Timeout(120)
class ExternalAuthorizerIT {
  private static final String MESH =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio, namespace: istio-system}
      data:
        mesh: |
          extensionProviders:
          - name: grpc
            envoyExtAuthzGrpc: {service: judge.default.svc.cluster.local, port: 80, timeout: 10s}
          - name: strict
            envoyExtAuthzGrpc: {service: default/judge.default.svc.cluster.local, port: 80,
              timeout: 1.5s, statusOnError: "503"}
          - name: open
            envoyExtAuthzGrpc: {service: judge.default.svc.cluster.local, port: 80,
              timeout: 1500ms, failOpen: true}
          - name: whole
            envoyExtAuthzGrpc: {service: judge.default.svc.cluster.local, port: 80, timeout: 10s,
              includeRequestBodyInCheck: {maxRequestBytes: 1000, packAsBytes: true}}
          - name: some
            envoyExtAuthzHttp: {service: door.default.svc.cluster.local, port: 80, timeout: 10s,
              includeRequestBodyInCheck: {maxRequestBytes: 1000, allowPartialMessage: true}}
          - name: web
            envoyExtAuthzHttp:
              service: door.default.svc.cluster.local
              port: 80
              timeout: 10s
              pathPrefix: /check
              includeRequestHeadersInCheck: [x-token, x-ext-*]
              includeAdditionalHeadersInCheck: {x-from: waypoint}
              headersToUpstreamOnAllow: [x-user]
              headersToDownstreamOnDeny: [x-why]
              headersToDownstreamOnAllow: [x-judged]
          - name: nowhere
            envoyExtAuthzHttp: {service: missing.default.svc.cluster.local, port: 80}
      """;

  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: NAME, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: NAME}]
        action: CUSTOM
        provider: {name: PROVIDER}
        rules: [{to: [{operation: {notPaths: [/free]}}]}]
      """;

  private record Seen(String method, String uri, MultiMap headers, String body) {}

  @TempDir static Path folder;
  private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();
  private static final BlockingQueue<Seen> DOOR = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Seen> SERVED = new LinkedBlockingQueue<>();
  private static Stage stage;
  private static GrpcAuthorizer judge;
  private static HttpClient client;
  private static HttpClient client2;

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder, LOG);
    judge = new GrpcAuthorizer(stage.vertx());
    stage.serve("judge", "grpc", judge.port);
    stage.serve("door", "http", ExternalAuthorizerIT::door);
    stage.with("config", MESH);
    for (Map.Entry<String, String> app :
        Map.of(
                "a-grpc", "grpc",
                "a-strict", "strict",
                "a-open", "open",
                "a-whole", "whole",
                "a-some", "some",
                "a-web", "web",
                "a-nowhere", "nowhere",
                "a-unknown", "unknown",
                "a-tcp", "grpc")
            .entrySet()) {
      stage.serve(
          app.getKey(), app.getKey().equals("a-tcp") ? "tcp" : "http", ExternalAuthorizerIT::app);
      stage.with(
          "policy-" + app.getKey(),
          POLICY.replace("NAME", app.getKey()).replace("PROVIDER", app.getValue()));
    }
    stage.serve("plain", "http", ExternalAuthorizerIT::app);
    stage.open();
    client = stage.http1(20);
    client2 = stage.http2();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @BeforeEach
  void forget() {
    judge.asked.clear();
    DOOR.clear();
    SERVED.clear();
  }

  private static void app(HttpServerRequest request) {
    request
        .body()
        .onSuccess(body -> {
          SERVED.add(
              new Seen(request.method().name(), request.uri(), request.headers(), body.toString()));
          request.response().end("served " + body.length());
        });
  }

  private static void door(HttpServerRequest request) {
    request
        .body()
        .onSuccess(body -> {
          DOOR.add(
              new Seen(request.method().name(), request.uri(), request.headers(), body.toString()));
          var response = request.response();
          if (request.uri().contains("/deny")) {
            response.putHeader("x-why", "because").putHeader("x-other", "1");
            response.putHeader("location", "/login").setStatusCode(302).end("go");
          } else if (request.uri().contains("/broken")) {
            response.setStatusCode(500).end();
          } else {
            response.putHeader("x-user", "bob").putHeader("x-judged", "yes");
            response.putHeader("x-other", "1").end();
          }
        });
  }

  private static Answered ask(String app, String path, String... headers) {
    return ask(client, app, path, Buffer.buffer(), headers);
  }

  private static Answered ask(
      HttpClient by, String app, String path, Buffer body, String... headers) {
    var options =
        new RequestOptions()
            .setMethod(body.length() == 0 ? HttpMethod.GET : HttpMethod.POST)
            .setHost(app)
            .setPort(80)
            .setURI(path);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return Answered.to(by, options, body).await();
  }

  @Test
  void aGrpcAuthorizerSeesTheWholeRequestAndChangesIt() throws Exception {
    Answered got =
        ask("a-grpc", "/allow/../x?q=1", "x-a", "1", "x-a", "2", "x-group", "a", "x-secret", "s");

    assertThat(got.status()).isEqualTo(200);
    assertThat(got.headers().get("x-judged")).isEqualTo("yes");
    AttributeContext asked = Patience.next(judge.asked).getAttributes();
    RequestHttp http = asked.getRequest().getHttp();
    assertThat(http.getMethod()).isEqualTo("GET");
    assertThat(http.getPath()).isEqualTo("/x?q=1");
    assertThat(http.getHost()).isEqualTo("a-grpc");
    assertThat(http.getScheme()).isEqualTo("http");
    assertThat(http.getProtocol()).isEqualTo("HTTP/1.1");
    assertThat(http.getHeadersMap())
        .containsEntry("x-a", "1,2")
        .containsEntry(":path", "/x?q=1")
        .containsEntry("x-request-id", http.getId());
    assertThat(asked.getSource().getPrincipal())
        .isEqualTo("spiffe://cluster.local/ns/default/sa/sleep");
    assertThat(asked.getDestination().getAddress().getSocketAddress().getPortValue()).isEqualTo(80);
    assertThat(asked.getRequest().getTime().getSeconds()).isPositive();
    Seen served = Patience.next(SERVED);
    assertThat(served.uri()).isEqualTo("/x?q=1");
    assertThat(served.headers().getAll("x-user")).containsExactly("alice");
    assertThat(served.headers().getAll("x-group")).containsExactly("a", "b");
    assertThat(served.headers().contains("x-secret")).isFalse();
    assertThat(served.headers().get("host")).isEqualTo("a-grpc");
  }

  @Test
  void bytesThatAreNoUtf8AreAskedAboutLikeAllOthers() throws Exception {
    Answered got = ask("a-grpc", "/allow", "x-odd", "\u00ff\u00fe");

    assertThat(got.status()).isEqualTo(200);
    assertThat(Patience.next(judge.asked).getAttributes().getRequest().getHttp().getHeadersMap())
        .containsEntry("x-odd", "\ufffd\ufffd");
  }

  @Test
  void aDenialIsPassedOnAsTheAuthorizerWroteIt() {
    Answered got = ask("a-grpc", "/deny/logged");

    assertThat(got.status()).isEqualTo(401);
    assertThat(got.body()).isEqualTo("who are you? \u00fc");
    assertThat(got.headers().get("www-authenticate")).isEqualTo("Bearer");
    assertThat(SERVED).isEmpty();
    assertThat(log("/deny/logged"))
        .contains("\"response_code\":401", "\"response_flags\":\"UAEX\"")
        .contains("\"response_code_details\":\"ext_authz_denied\"")
        .contains("\"ext_authz_metadata\":\"{\\\"rule\\\":\\\"r1\\\"}\"");
  }

  @Test
  void aGrpcCallerGetsTheStatusThatStandsForIt() {
    Answered got =
        ask(client2, "a-grpc", "/deny", Buffer.buffer("x"), "content-type", "application/grpc");

    assertThat(got.status()).isEqualTo(200);
    assertThat(got.headers().get("grpc-status")).isEqualTo("16");
  }

  @ParameterizedTest
  @CsvSource({
    "a-grpc,    /bare,   403, ext_authz_denied",
    "a-grpc,    /break1, 403, ext_authz_error",
    "a-strict,  /break2, 503, ext_authz_error",
    "a-strict,  /stall3, 503, ext_authz_error",
    "a-grpc,    /split,  403, ext_authz_error",
    "a-grpc,    /large,  403, ext_authz_error",
    "a-web,     /broken, 403, ext_authz_error",
    "a-nowhere, /x4,     403, ext_authz_error",
    "a-unknown, /x5,     403, rbac_access_denied_matched_policy[istio-ext-authz-unknown-"
        + "ns[default]-policy[a-unknown]-rule[0]-deny-due-to-bad-CUSTOM-action]"
  })
  void whateverGoesWrongIsADenialWithItsName(String app, String path, int status, String details) {
    assertThat(ask(app, path).status()).isEqualTo(status);
    assertThat(SERVED).isEmpty();
    assertThat(log("\"" + path + "\"")).contains("\"response_code_details\":\"" + details + "\"");
  }

  @Test
  void whatNoRuleMatchesIsNotAskedAbout() {
    assertThat(ask("a-grpc", "/free").status()).isEqualTo(200);
    assertThat(ask("a-unknown", "/free").status()).isEqualTo(200);
    assertThat(judge.asked).isEmpty();
  }

  @Test
  void failingOpenIsMarkedAndNobodyCanForgeTheMark() throws Exception {
    String mark = "x-envoy-auth-failure-mode-allowed";

    assertThat(ask("a-open", "/stall").status()).isEqualTo(200);
    assertThat(Patience.next(SERVED).headers().get(mark)).isEqualTo("true");
    assertThat(ask("a-open", "/deny").status()).isEqualTo(401);
    assertThat(ask("plain", "/", mark, "true").status()).isEqualTo(200);
    assertThat(Patience.next(SERVED).headers().contains(mark)).isFalse();
  }

  @Test
  void anHttpAuthorizerSeesWhatIsListed() throws Exception {
    Answered got =
        ask(
            "a-web",
            "/x?q=1",
            "x-token",
            "t",
            "x-ext-a",
            "1",
            "x-private",
            "p",
            "cookie",
            "c=1",
            "authorization",
            "Basic x",
            "x-user",
            "forged",
            "x-from",
            "me");

    assertThat(got.status()).isEqualTo(200);
    assertThat(got.headers().get("x-judged")).isEqualTo("yes");
    assertThat(got.headers().contains("x-other")).isFalse();
    Seen asked = Patience.next(DOOR);
    assertThat(asked.uri()).isEqualTo("/check/x?q=1");
    assertThat(asked.headers().get("host")).isEqualTo("a-web");
    assertThat(asked.headers().get("x-token")).isEqualTo("t");
    assertThat(asked.headers().get("x-ext-a")).isEqualTo("1");
    assertThat(asked.headers().get("authorization")).isEqualTo("Basic x");
    assertThat(asked.headers().getAll("x-from")).containsExactly("waypoint");
    assertThat(asked.headers().get("content-length")).isEqualTo("0");
    assertThat(asked.headers().names()).doesNotContain("x-private", "cookie", "x-user");
    Seen served = Patience.next(SERVED);
    assertThat(served.headers().getAll("x-user")).containsExactly("bob");
    assertThat(served.headers().names()).doesNotContain("x-judged", "x-other");
  }

  @Test
  void ofAnHttpDenialPassWhatIsListedAndWhatExplainsIt() {
    Answered got = ask("a-web", "/deny");

    assertThat(got.status()).isEqualTo(302);
    assertThat(got.body()).isEqualTo("go");
    assertThat(got.headers().get("x-why")).isEqualTo("because");
    assertThat(got.headers().get("location")).isEqualTo("/login");
    assertThat(got.headers().contains("x-other")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1, 200", "1000, 200", "1001, 413", "300000, 413"})
  void theWholeBodyIsShownOrNothingPasses(int size, int status) throws Exception {
    Answered got = ask("a-whole", "/allow", Buffer.buffer("b".repeat(size)));

    assertThat(got.status()).isEqualTo(status);
    if (status == 200) {
      assertThat(
              Patience.next(judge.asked).getAttributes().getRequest().getHttp().getRawBody().size())
          .isEqualTo(size);
      assertThat(Patience.next(SERVED).body()).hasSize(size);
    } else {
      assertThat(judge.asked).isEmpty();
      assertThat(SERVED).isEmpty();
    }
  }

  private static Answered ask(String app, String path, Buffer body) {
    return ask(client, app, path, body);
  }

  @ParameterizedTest
  @CsvSource({"10, 10, false", "5000, 1000, true", "1000000, 1000, true"})
  void theBeginningOfABodyWillDo(int size, int shown, boolean partial) throws Exception {
    String body = "0123456789".repeat(size / 10);

    for (HttpClient by : new HttpClient[] {client, client2}) {
      assertThat(ask(by, "a-some", "/allow", Buffer.buffer(body)).body())
          .isEqualTo("served " + size);
      Seen asked = Patience.next(DOOR);
      assertThat(asked.body()).hasSize(shown);
      assertThat(asked.headers().contains("x-envoy-auth-partial-body")).isEqualTo(partial);
      assertThat(Patience.next(SERVED).body()).isEqualTo(body);
    }
  }

  @Test
  void aConnectionThatIsNotHttpIsAskedAboutToo() throws Exception {
    // The application speaks HTTP, but its port is declared to be opaque.
    assertThat(ask("a-tcp", "/").status()).isEqualTo(200);
    assertThat(Patience.next(judge.asked).getAttributes().getSource().getPrincipal())
        .isEqualTo("spiffe://cluster.local/ns/default/sa/sleep");
  }

  @Test
  void anAnswerAfterTheCallerHasGoneIsIgnored() throws Exception {
    try (var socket = new SocksSocket(stage.mesh().outbound(), Stage.CALLER, "a-grpc", 80)) {
      socket.send("GET /slow HTTP/1.1\r\nHost: a-grpc\r\n\r\n");
      assertThat(Patience.next(judge.asked).getAttributes().getRequest().getHttp().getPath())
          .isEqualTo("/slow");
    }
    assertThat(log("\"/slow\"")).contains("\"response_flags\":\"DC\"");
    judge.answerSlow();
    assertThat(ask("a-grpc", "/free").status()).isEqualTo(200);
    assertThat(SERVED).extracting(Seen::uri).doesNotContain("/slow");
  }

  /** The line of a request; the log is written by a thread of its own. */
  private static String log(String mark) {
    for (int i = 0; i < 1_000; i++) {
      String found =
          LOG.toString(StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.contains(mark))
              .findFirst()
              .orElse(null);
      if (found != null) {
        return found;
      }
      ask("plain", "/free");
    }
    throw new AssertionError("no line of " + mark);
  }
}
