// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of a VirtualService, as callers see them through tunnels (policies.md 5.20 to 5.22). */
class VirtualServiceIT {
  private static final String FAULTS =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: default}
      spec:
        hosts: [shop]
        http:
        - match: [{headers: {user: {exact: jane}}, uri: {prefix: /buy}}]
          fault: {abort: {httpStatus: 418, percentage: {value: 100}}}
        - match: [{headers: {user: {exact: half}}}]
          fault: {abort: {httpStatus: 418, percentage: {value: 25}}}
        - match: [{headers: {content-type: {prefix: application/grpc}}}]
          fault: {abort: {grpcStatus: RESOURCE_EXHAUSTED, percentage: {value: 100}}}
        - match: [{headers: {user: {exact: slow}}}]
          fault:
            delay: {fixedDelay: 0.3s, percentage: {value: 100}}
            abort: {httpStatus: 504, percentage: {value: 100}}
        - route: [{destination: {host: nobody}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: routed, namespace: default}
      spec:
        hosts: [routed]
        http:
        - match: [{uri: {prefix: /}}]
          fault: {abort: {httpStatus: 418, percentage: {value: 100}}}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: routed, namespace: default}
      spec:
        parentRefs: [{group: "", kind: Service, name: routed}]
        rules:
        - matches: [{path: {value: /here}}]
          filters:
          - type: ResponseHeaderModifier
            responseHeaderModifier: {set: [{name: x-by, value: route}]}
          backendRefs: [{name: routed, port: 80}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: shop, namespace: default}
      spec:
        targetRefs: [{kind: Service, group: "", name: shop}]
        action: DENY
        rules: [{to: [{operation: {paths: [/buy/secret]}}]}]
      """;

  private record Got(int status, String body, @Nullable String by, @Nullable String grpc) {}

  @TempDir static Path folder;
  private static final Map<String, AtomicInteger> arrived = new HashMap<>();
  private static Stage stage;
  private static HttpClient client;

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder).with("faults", FAULTS);
    for (String name : new String[] {"shop", "routed"}) {
      var count = new AtomicInteger();
      arrived.put(name, count);
      stage.serve(
          name,
          "http",
          request -> {
            count.incrementAndGet();
            request.response().end("served");
          });
    }
    stage.open();
    client = stage.http1(8);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static Got ask(String host, String path, String... fields) {
    var options =
        new RequestOptions()
            .setMethod(path.startsWith("/a.B") ? HttpMethod.POST : HttpMethod.GET)
            .setHost(host)
            .setPort(80)
            .setURI(path);
    for (int i = 0; i < fields.length; i += 2) {
      options.putHeader(fields[i], fields[i + 1]);
    }
    return Answered.to(client, options)
        .map(answered ->
            new Got(
                answered.status(),
                answered.body(),
                answered.headers().get("x-by"),
                answered.headers().get("grpc-status")))
        .await();
  }

  private static int arrived(String service) {
    return arrived.getOrDefault(service, new AtomicInteger()).get();
  }

  @Test
  void oneUserIsAnsweredWithoutBeingServedAndOthersAreServed() {
    int before = arrived("shop");
    Got broken = ask("shop", "/buy/it", "user", "jane");
    assertThat(broken.status()).isEqualTo(418);
    assertThat(broken.body()).isEqualTo("fault filter abort");
    assertThat(arrived("shop")).isEqualTo(before);
    assertThat(ask("shop", "/look", "user", "jane").body()).isEqualTo("served");
    assertThat(ask("shop", "/buy/it", "user", "jim").body()).isEqualTo("served");
    assertThat(stage.metrics())
        .containsPattern("istio_requests_total\\{.*response_code=\"418\".*response_flags=\"FI\"");
  }

  /** 400 draws of one in four: 99.99 % of all runs are within these bounds. */
  @Test
  void aShareOfTheRequestsIsBroken() {
    int broken = 0;
    for (int i = 0; i < 400; i++) {
      broken += ask("shop", "/", "user", "half").status() == 418 ? 1 : 0;
    }
    assertThat(broken).isBetween(65, 135);
  }

  @Test
  void aCallGetsTheStatusOfGrpc() {
    Got got = ask("shop", "/a.B/C", "content-type", "application/grpc", "te", "trailers");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.grpc()).isEqualTo("8");
  }

  @Test
  void theDelayComesBeforeTheAbort() {
    long begun = System.nanoTime();
    assertThat(ask("shop", "/", "user", "slow").status()).isEqualTo(504);
    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(300_000_000L);
  }

  @Test
  void whatIsDeniedIsDeniedAndNotBroken() {
    assertThat(ask("shop", "/buy/secret", "user", "jane").status()).isEqualTo(403);
  }

  /** HTTPRoutes decide where requests go; what they do to answers they do to this one, too. */
  @Test
  void aRoutedRequestIsBrokenAsWell() {
    Got broken = ask("routed", "/here");
    assertThat(broken.status()).isEqualTo(418);
    assertThat(broken.by()).isEqualTo("route");
    assertThat(ask("routed", "/elsewhere").status()).isEqualTo(404);
    assertThat(arrived("routed")).isZero();
  }

  @Test
  void aCallerCannotAskForFaults() {
    Got got =
        ask(
            "shop",
            "/",
            "x-envoy-fault-abort-request",
            "503",
            "x-envoy-fault-abort-request-percentage",
            "100");
    assertThat(got.status()).isEqualTo(200);
  }
}
