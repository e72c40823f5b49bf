// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.waypoint.wire.extauthz.RequestHttp;
import java.nio.file.Path;
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

/** Routes whose filter asks somebody (GEP-1494), through tunnels to everybody. */
@Timeout(120)
class ExternalAuthFilterIT {
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: shop, namespace: default}
      spec:
        parentRefs: [{group: "", kind: Service, name: shop}]
        rules:
          - matches: [{path: {value: /web}}]
            filters:
              - type: ExternalAuth
                externalAuth:
                  protocol: HTTP
                  backendRef: {name: door, port: 80}
                  http:
                    path: /check
                    allowedHeaders: [X-Token]
                    allowedResponseHeaders: [x-user]
              - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-late, value: y}]}}
            backendRefs: [{name: app, port: 80}]
          - matches: [{path: {value: /all}}]
            filters:
              - type: ExternalAuth
                externalAuth:
                  protocol: HTTP
                  backendRef: {name: door, port: 80}
                  forwardBody: {maxSize: 10}
            backendRefs: [{name: app, port: 80}]
          - matches: [{path: {value: /grpc}}]
            filters:
              - type: ExternalAuth
                externalAuth: {protocol: GRPC, backendRef: {name: judge, port: 80}, grpc: {allowedHeaders: [x-token]}}
              - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}
            backendRefs: [{name: app, port: 80}]
          - matches: [{path: {value: /share}}]
            backendRefs:
              - name: app
                port: 80
                filters:
                  - type: ExternalAuth
                    externalAuth: {protocol: HTTP, backendRef: {name: door, port: 80}}
          - matches: [{path: {value: /nobody}}]
            filters:
              - type: ExternalAuth
                externalAuth: {protocol: HTTP, backendRef: {name: missing, port: 80}}
            backendRefs: [{name: app, port: 80}]
          - matches: [{path: {value: /empty}}]
            filters:
              - type: ExternalAuth
                externalAuth: {protocol: HTTP, backendRef: {name: nothing, port: 80}}
            backendRefs: [{name: app, port: 80}]
          - matches: [{path: {value: /free}}]
            backendRefs: [{name: app, port: 80}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: nothing, namespace: default}
      spec: {selector: {app: nothing}, ports: [{name: http, port: 80}]}
      """;

  private record Seen(String method, String uri, MultiMap headers, String body) {}

  @TempDir static Path folder;
  private static final BlockingQueue<Seen> DOOR = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Seen> SERVED = new LinkedBlockingQueue<>();
  private static Stage stage;
  private static GrpcAuthorizer judge;
  private static HttpClient client;

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder);
    judge = new GrpcAuthorizer(stage.vertx(), path -> path.substring("/grpc".length()));
    stage.serve("judge", "grpc", judge.port);
    stage.serve("door", "http", ExternalAuthFilterIT::door);
    stage.serve("app", "http", ExternalAuthFilterIT::app);
    stage.serve("shop", "http", ExternalAuthFilterIT::app);
    stage.with("route", ROUTE);
    stage.open();
    client = stage.http1(20);
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
    note(request, SERVED, () -> request.response().end("served"));
  }

  private static void door(HttpServerRequest request) {
    note(
        request,
        DOOR,
        () -> {
          var response = request.response();
          response.putHeader("x-user", "bob").putHeader("x-other", "1");
          response.putHeader("content-type", "text/door").putHeader("set-cookie", "a=b");
          int status = request.uri().contains("/deny") ? 401 : 200;
          status = request.uri().contains("/broken") ? 500 : status;
          status = request.uri().contains("/made") ? 201 : status;
          response.setStatusCode(status).end(status == 200 ? "" : "no");
        });
  }

  private static void note(HttpServerRequest request, BlockingQueue<Seen> seen, Runnable then) {
    request
        .body()
        .onSuccess(body -> {
          seen.add(
              new Seen(request.method().name(), request.uri(), request.headers(), body.toString()));
          then.run();
        });
  }

  private static Answered ask(String path, String body, String... headers) {
    var options =
        new RequestOptions()
            .setMethod(body.isEmpty() ? HttpMethod.GET : HttpMethod.POST)
            .setHost("shop")
            .setPort(80)
            .setURI(path);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return Answered.to(client, options, Buffer.buffer(body)).await();
  }

  @Test
  void anHttpAuthorizerSeesWhatIsListedAndSaysWhoItIs() throws Exception {
    Answered got =
        ask(
            "/web/a?q=1",
            "",
            "x-token",
            "t",
            "x-secret",
            "s",
            "authorization",
            "b",
            "x-user",
            "me");

    assertThat(got.body()).isEqualTo("served");
    Seen asked = Patience.next(DOOR);
    assertThat(asked.method()).isEqualTo("GET");
    assertThat(asked.uri()).isEqualTo("/check/web/a?q=1");
    assertThat(asked.headers().get("x-token")).isEqualTo("t");
    assertThat(asked.headers().get("authorization")).isEqualTo("b");
    assertThat(asked.headers().get("host")).isEqualTo("shop");
    assertThat(asked.headers().get("content-length")).isEqualTo("0");
    assertThat(asked.headers().contains("x-secret")).isFalse();
    assertThat(asked.headers().contains("x-late")).isFalse();
    Seen served = Patience.next(SERVED);
    assertThat(served.headers().getAll("x-user")).containsExactly("bob");
    assertThat(served.headers().contains("x-other")).isFalse();
    assertThat(served.headers().get("x-late")).isEqualTo("y");
  }

  @Test
  void withoutAListEveryFieldThatIsNotTheAnswersOwnIsTakenOver() throws Exception {
    assertThat(ask("/all", "0123456789", "content-type", "text/mine").status()).isEqualTo(200);
    Seen asked = Patience.next(DOOR);
    assertThat(asked.body()).isEqualTo("0123456789");
    assertThat(asked.headers().get("content-length")).isEqualTo("10");
    assertThat(asked.headers().contains("content-type")).isFalse();
    Seen served = Patience.next(SERVED);
    assertThat(served.body()).isEqualTo("0123456789");
    assertThat(served.headers().get("x-other")).isEqualTo("1");
    assertThat(served.headers().get("content-type")).isEqualTo("text/mine");
    assertThat(served.headers().contains("set-cookie")).isFalse();
  }

  @Test
  void aBodyThatIsLongerThanIsShownIs413() {
    assertThat(ask("/all", "0123456789x").status()).isEqualTo(413);
    assertThat(DOOR).isEmpty();
    assertThat(SERVED).isEmpty();
  }

  @Test
  void aGrpcAuthorizerSeesWhatIsListed() throws Exception {
    Answered got = ask("/grpc/x?q=1", "", "x-token", "t", "x-secret", "s");
    assertThat(got.status()).isEqualTo(200);
    RequestHttp http = Patience.next(judge.asked).getAttributes().getRequest().getHttp();
    assertThat(http.getPath()).isEqualTo("/grpc/x?q=1");
    assertThat(http.getHeadersMap()).containsEntry("x-token", "t").doesNotContainKey("x-secret");
    Seen served = Patience.next(SERVED);
    assertThat(served.uri()).isEqualTo("/x?q=1");
    assertThat(served.headers().getAll("x-user")).containsExactly("alice");
  }

  @ParameterizedTest
  @CsvSource({
    "/web/deny,     401",
    "/web/made,     403",
    "/web/broken,   403",
    "/grpc/break,   403",
    "/share/deny,   401",
    "/empty,        403",
    "/nobody,       500"
  })
  void whoeverIsNotLetPassReachesNobody(String path, int status) {
    Answered got = ask(path, "");
    assertThat(got.status()).isEqualTo(status);
    assertThat(SERVED).isEmpty();
  }

  @Test
  void aDenialIsTheAuthorizersOwn() {
    Answered got = ask("/web/deny", "");
    assertThat(got.body()).isEqualTo("no");
    assertThat(got.headers().get("x-other")).isEqualTo("1");
  }

  @Test
  void otherRulesAskNobody() throws Exception {
    assertThat(ask("/free/deny", "").status()).isEqualTo(200);
    assertThat(Patience.next(SERVED).headers().contains("x-user")).isFalse();
    assertThat(DOOR).isEmpty();
  }
}
