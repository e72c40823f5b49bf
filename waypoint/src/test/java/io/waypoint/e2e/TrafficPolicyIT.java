// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a DestinationRule says is seen on the wire, through tunnels. */
class TrafficPolicyIT {
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: shop, namespace: default}
      spec: {selector: {app: shop}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: shelf, namespace: default}
      spec: {selector: {app: shop}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: till, namespace: default}
      spec: {selector: {app: shop}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: lift, namespace: default}
      spec: {selector: {app: shop}, ports: [{name: http, port: 80}]}
      """;
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: NAME
        namespace: default
        annotations: {waypoint.dev/endpoint: "127.0.0.1:PORT"}
      spec:
        selector: {matchLabels: {id: NAME}}
        template:
          metadata: {labels: {app: shop, id: NAME}}
          spec: {containers: [{name: c}]}
      """;
  private static final String RULES =
      """
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: shop, namespace: default}
      spec:
        host: shop
        trafficPolicy:
          loadBalancer: {simple: ROUND_ROBIN}
          outlierDetection: {consecutive5xxErrors: 2, baseEjectionTime: 5m, maxEjectionPercent: 50}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: shelf, namespace: default}
      spec:
        host: shelf
        trafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: x-user}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: till, namespace: default}
      spec:
        host: till
        trafficPolicy:
          loadBalancer:
            consistentHash:
              httpCookie: {name: place, path: /, ttl: 60s, attributes: [{name: SameSite, value: Lax}]}
      """;

  private static final String UPGRADE =
      """
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: lift, namespace: default}
      spec: {host: lift, trafficPolicy: {connectionPool: {http: {h2UpgradePolicy: UPGRADE}}}}
      """;

  private record Got(int status, String body, @Nullable String cookie) {}

  @TempDir static Path folder;
  private static Stage stage;
  private static HttpClient client;

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder);
    stage.with("shop", SERVICE).with("rules", RULES).with("upgrade", UPGRADE);
    for (String name : List.of("a", "b", "c")) {
      int port =
          stage
              .vertx()
              .createHttpServer()
              .requestHandler(request -> serve(name, request))
              .listen(0, "127.0.0.1")
              .await()
              .actualPort();
      stage.with(name, DEPLOYMENT.replace("NAME", name).replace("PORT", Integer.toString(port)));
    }
    stage.open();
    client = stage.http1(4);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static void serve(String name, HttpServerRequest request) {
    boolean ill = name.equals("b") && request.path().equals("/buy");
    String body = request.path().equals("/version") ? request.version().toString() : name;
    request.response().setStatusCode(ill ? 503 : 200).end(body);
  }

  private static Got ask(String host, String path, String user) {
    return ask(host, path, "x-user", user);
  }

  private static Got ask(String host, String path, String field, String value) {
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(host)
            .setPort(80)
            .setURI(path)
            .putHeader(field, value);
    return Answered.to(client, options)
        .map(answered ->
            new Got(answered.status(), answered.body(), answered.headers().get("set-cookie")))
        .await();
  }

  @Test
  void anEndpointThatFailsTwiceInARowIsLeftOut() {
    List<Integer> failed = new ArrayList<>();
    Set<String> served = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      Got got = ask("shop", "/buy", "x");
      if (got.status() == 503) {
        failed.add(i);
      } else {
        served.add(got.body());
      }
    }
    assertThat(failed).hasSize(2).allMatch(i -> i < 8);
    assertThat(served).containsExactlyInAnyOrder("a", "c");
  }

  /** Who has no cookie is given one, and with it comes to the same endpoint again. */
  @Test
  void aCallerWithoutTheCookieIsGivenOneThatLeadsBack() {
    Set<String> all = new HashSet<>();
    for (int caller = 0; caller < 20; caller++) {
      Got first = ask("till", "/", "cookie", "other=1");
      assertThat(first.cookie())
          .matches("place=[0-9a-f]{16}; Max-Age=60; Path=/; SameSite=Lax; HttpOnly");
      String cookie = String.valueOf(first.cookie());
      for (int again = 0; again < 3; again++) {
        Got next = ask("till", "/", "cookie", cookie.substring(0, cookie.indexOf(';')));
        assertThat(next.body()).isEqualTo(first.body());
        assertThat(next.cookie()).isNull();
      }
      all.add(first.body());
    }
    assertThat(all).hasSizeGreaterThan(1);
  }

  @Test
  void anUpgradeIsOnTheWayToTheEndpointAlone() {
    assertThat(ask("shelf", "/version", "x").body()).isEqualTo("HTTP_1_1");
    Got upgraded = ask("lift", "/version", "x");
    assertThat(upgraded.status()).isEqualTo(200);
    assertThat(upgraded.body()).isEqualTo("HTTP_2");
  }

  @Test
  void aUserStaysWithOneEndpointAndUsersAreSpread() {
    Set<String> all = new HashSet<>();
    for (int user = 0; user < 30; user++) {
      Set<String> ofUser = new HashSet<>();
      for (int i = 0; i < 4; i++) {
        ofUser.add(ask("shelf", "/", "user-" + user).body());
      }
      assertThat(ofUser).as("user %d", user).hasSize(1);
      all.addAll(ofUser);
    }
    assertThat(all).containsExactlyInAnyOrder("a", "b", "c");
  }
}
