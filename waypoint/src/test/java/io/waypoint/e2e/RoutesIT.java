// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.waypoint.discovery.file.Validation;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.explain.Answer;
import io.waypoint.explain.Explainer;
import io.waypoint.explain.Question;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.world.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes through two tunnels: gRPC as its callers expect it, and whose routes apply to whom. */
@Timeout(60)
class RoutesIT {
  private static final String ROUTES =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: default}
      spec: {selector: {app: v1}, ports: [{name: grpc, port: 7070}, {name: http, port: 80}]}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: GRPCRoute
      metadata: {name: calls, namespace: default}
      spec:
        parentRefs: [{group: "", kind: Service, name: echo, sectionName: grpc}]
        rules:
        - matches: [{method: {service: pb.Echo, method: Echo}}]
          backendRefs: [{name: v1, port: 80}]
        - matches: [{method: {service: pb.Echo, method: EchoTwo}}, {method: {method: Only}, headers: [{name: color, value: blue}]}]
          backendRefs: [{name: v2, port: 80}, {name: v3, port: 80, weight: 0}]
        - matches: [{method: {service: pb.Echo, method: Gone}}]
          backendRefs: [{name: nowhere, port: 80}]
        - matches: [{method: {service: pb.Echo, method: Idle}}]
          backendRefs: [{name: idle, port: 80}]
        - matches: [{method: {service: pb.Echo, method: Secret}}]
          backendRefs: [{name: v1, port: 80}]
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: everywhere, namespace: default}
      spec:
        parentRefs: [{group: "", kind: Service, name: echo}]
        rules:
        - matches: [{path: {value: /two}}, {headers: [{name: version, value: two}]}]
          backendRefs: [{name: v2, port: 80}]
        - matches: [{path: {type: Exact, value: /gone}}]
          backendRefs: [{name: nowhere, port: 80}]
        - matches: [{path: {value: /one}}, {path: {value: /}, queryParams: [{name: v, value: "1"}]}]
          backendRefs: [{name: v1, port: 80}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: idle, namespace: default}
      spec: {selector: {app: nobody}, ports: [{name: grpc, port: 80}]}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: own, namespace: consumer}
      spec:
        parentRefs: [{group: "", kind: Service, namespace: default, name: v1}]
        rules:
        - filters:
          - type: ResponseHeaderModifier
            responseHeaderModifier: {set: [{name: x-header-set, value: set}]}
          backendRefs: [{name: v1, namespace: default, port: 80}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: no-secrets, namespace: default}
      spec:
        targetRefs: [{kind: Service, group: "", name: echo}]
        action: DENY
        rules: [{to: [{operation: {paths: ["*/Secret"]}}]}]
      """;

  @TempDir private static Path folder;
  private static Stage stage;
  private static final List<HttpClient> CLIENTS = new ArrayList<>();

  @BeforeAll
  static void open() throws Exception {
    Files.writeString(folder.resolve("routes.yaml"), ROUTES);
    stage = new Stage(folder);
    stage.serve("v1", "http", request -> answer("v1", request));
    stage.serve("v2", "http", request -> answer("v2", request)).open();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static void answer(String name, HttpServerRequest request) {
    String type = String.valueOf(request.getHeader("content-type"));
    if (type.startsWith("application/grpc")) {
      request.response().putHeader("content-type", type).putHeader("x-backend", name);
      request.end().onSuccess(ended -> request.response().putTrailer("grpc-status", "0").end());
    } else {
      request.response().putHeader("x-backend", name).end(name);
    }
  }

  private static HttpClient client(String caller, boolean http2) {
    HttpClientOptions options = http2 ? stage.http2Options() : new HttpClientOptions();
    HttpClient client =
        stage.vertx().createHttpClient(options.setProxyOptions(stage.mesh().socks(caller)));
    CLIENTS.add(client);
    return client;
  }

  private record Got(HttpClientResponse response) {
    String grpcStatus() {
      String head = response.getHeader("grpc-status");
      return head == null ? String.valueOf(response.getTrailer("grpc-status")) : head;
    }

    String backend() {
      String name = response.getHeader("x-backend");
      return name == null ? String.valueOf(response.statusCode()) : name;
    }
  }

  private static Got call(String method, String type, String... header) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost("echo")
            .setPort(7070)
            .setURI("/" + method)
            .putHeader("content-type", type)
            .putHeader("te", "trailers");
    if (header.length > 0) {
      options.putHeader(header[0], header[1]);
    }
    return send(client("sleep.default", true), options, Buffer.buffer(new byte[5]));
  }

  private static Got send(HttpClient client, RequestOptions options, Buffer body) {
    return client
        .request(options)
        .compose(request -> request.send(body))
        .compose(response -> response.end().transform(end -> Future.succeededFuture(response)))
        .map(Got::new)
        .await();
  }

  @ParameterizedTest
  @CsvSource({
    "pb.Echo/Echo,0,v1",
    "pb.Echo/EchoTwo,0,v2",
    "pb.Echo/EchoThree,12,200",
    "pb.Other/Echo,12,200",
    "pb.Echo/Gone,14,200",
    "pb.Echo/Idle,14,200",
    "pb.Echo/Secret,7,200"
  })
  void callersOfGrpcGetAnswersOfGrpc(String method, String status, String backend) {
    Got got = call(method, "application/grpc+proto");

    assertThat(got.response().statusCode()).isEqualTo(200);
    assertThat(got.grpcStatus()).isEqualTo(status);
    assertThat(got.backend()).isEqualTo(backend);
  }

  @Test
  void headersOfACallDecideToo() {
    assertThat(call("x.Y/Only", "application/grpc", "color", "blue").backend()).isEqualTo("v2");
    assertThat(call("x.Y/Only", "application/grpc", "color", "red").grpcStatus()).isEqualTo("12");
  }

  @Test
  void grpcForBrowsersPassesAsItIs() {
    Got got = call("pb.Echo/EchoTwo", "application/grpc-web+proto");
    assertThat(got.backend()).isEqualTo("v2");
    assertThat(call("pb.Echo/EchoThree", "application/grpc-web+proto").response().statusCode())
        .isEqualTo(404);
  }

  @Test
  void whatIsNoCallFindsNoRuleOfAGrpcRoute() {
    assertThat(call("one", "text/plain").response().statusCode()).isEqualTo(404);
  }

  @Test
  void aConsumersRouteIsForCallersOfItsNamespaceAlone() {
    RequestOptions options =
        new RequestOptions().setMethod(HttpMethod.GET).setHost("v1.default").setURI("/");
    Got own = send(client("web.consumer", false), options.setPort(80), Buffer.buffer());
    Got other = send(client("sleep.default", false), options, Buffer.buffer());

    assertThat(own.response().getHeader("x-header-set")).isEqualTo("set");
    assertThat(own.backend()).isEqualTo("v1");
    assertThat(other.response().getHeader("x-header-set")).isNull();
    assertThat(other.backend()).isEqualTo("v1");
  }

  /** What explain says of the files is what happens on the wire. */
  @Test
  void explainSaysWhatHappens() {
    World world = Validation.of(List.of(folder), Scope.ONLY_GATEWAY).translation().world();
    var random = new SplittableRandom(42);
    String[] paths = {
      "/", "/one", "/one/x", "/two", "/twofold", "/gone", "/gone/x", "/one/%2e%2e/two"
    };
    String[] queries = {"", "?v=1", "?v=%31&x", "?v=2"};
    HttpClient client = client("sleep.default", false);
    for (int i = 0; i < 60; i++) {
      String target = paths[random.nextInt(paths.length)] + queries[random.nextInt(4)];
      String version = random.nextBoolean() ? "one" : "two";
      RequestOptions options =
          new RequestOptions()
              .setMethod(HttpMethod.GET)
              .setHost("echo")
              .setPort(80)
              .setURI(target)
              .putHeader("version", version);
      var question =
          Question.of(
              "GET",
              "http://echo:80" + target,
              List.of(new Question.Field("version", version)),
              SpiffeId.of("cluster.local", "default", "sleep"),
              null);
      Answer answer = Explainer.explain(world, question);
      String said =
          answer.outcome().isForwarded()
              ? answer.shares().getFirst().backend().replaceAll(".*/|:.*", "")
              : String.valueOf(answer.outcome().status());
      assertThat(send(client, options, Buffer.buffer()).backend())
          .as(target + " " + version)
          .isEqualTo(said);
    }
  }
}
