// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.waypoint.e2e.GrpcLimiter.Mood;
import io.waypoint.wire.ratelimit.RateLimitRequest;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import org.junit.jupiter.params.provider.EnumSource;

/** Routes whose requests somebody counts for all replicas, through tunnels to everybody. */
@Timeout(120)
class GlobalRateLimitIT {
  private static final String LIMIT =
      """
      apiVersion: waypoint.dev/v1alpha1
      kind: GlobalRateLimit
      metadata: {name: NAME, namespace: default}
      spec: {backendRef: {name: SERVICE, port: 80}, domain: shop, MORE}
      ---
      """;
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: NAME, namespace: default}
      spec:
        parentRefs: [{group: "", kind: Service, name: shop}]
        rules:
          - matches: [{path: {value: /NAME}}]
            filters:
              - {type: ExtensionRef, extensionRef: {group: waypoint.dev, kind: GlobalRateLimit, name: NAME}}
              OTHER
            backendRefs: [{name: app, port: 80}]
      ---
      """;

  private static final String PATIENT = "timeout: 30s, ";
  private static final String CONSTANT = "descriptors: [{entries: [{genericKey: {value: all}}]}]";

  private record Seen(String uri, MultiMap headers) {}

  @TempDir static Path folder;
  private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();
  private static final BlockingQueue<Seen> SERVED = new LinkedBlockingQueue<>();
  private static final StringBuilder YAML = new StringBuilder();
  private static Stage stage;
  private static GrpcLimiter limiter;
  private static HttpClient client;
  private static HttpClient client2;

  private static void limit(String name, String service, String more, String otherFilter) {
    YAML.append(LIMIT.replace("NAME", name).replace("SERVICE", service).replace("MORE", more));
    YAML.append(
        ROUTE.replace("NAME", name).replace("OTHER", otherFilter.isEmpty() ? "" : otherFilter));
  }

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder, LOG);
    limiter = new GrpcLimiter(stage.vertx());
    stage.serve("limiter", "grpc", limiter.port);
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      stage.serve("dead", "grpc", socket.getLocalPort());
    }
    stage.serve("app", "http", GlobalRateLimitIT::app);
    stage.serve("shop", "http", GlobalRateLimitIT::app);
    stage.serve("door", "http", GlobalRateLimitIT::door);
    limit("plain", "limiter", PATIENT + CONSTANT, "");
    limit("told", "limiter", PATIENT + "rateLimitHeaders: true, " + CONSTANT, "");
    limit(
        "other",
        "limiter",
        PATIENT
            + "statusOnLimit: 503, grpcStatusOnLimit: RESOURCE_EXHAUSTED, failureMode: Deny, "
            + CONSTANT,
        "");
    limit(
        "facts",
        "limiter",
        PATIENT
            + """
            descriptors: [
              {entries: [{genericKey: {key: tier, value: gold}}, {requestHeader: {name: X-User, key: user}}]},
              {entries: [{remoteAddress: {}}, {sourcePrincipal: {}}, {destination: {}}]},
              {entries: [{requestHeader: {name: ":path"}}, {requestHeader: {name: ":method"}},
                {requestHeader: {name: ":authority"}}, {requestHeader: {name: x-plan, optional: true}}]}]
            """
                .strip(),
        "");
    limit(
        "users",
        "limiter",
        PATIENT + "descriptors: [{entries: [{requestHeader: {name: x-user, key: user}}]}]",
        "");
    limit(
        "judged",
        "limiter",
        PATIENT + "descriptors: [{entries: [{requestHeader: {name: x-user, key: user}}]}]",
        "- {type: ExternalAuth, externalAuth: {protocol: HTTP, backendRef: {name: door, port:"
            + " 80}}}");
    limit("quick-open", "limiter", "timeout: 300ms, " + CONSTANT, "");
    limit("quick-deny", "limiter", "timeout: 300ms, failureMode: Deny, " + CONSTANT, "");
    limit("dead-open", "dead", PATIENT + CONSTANT, "");
    limit("dead-deny", "dead", PATIENT + "failureMode: Deny, " + CONSTANT, "");
    limit("gone-open", "missing", PATIENT + CONSTANT, "");
    limit("gone-deny", "missing", PATIENT + "failureMode: Deny, " + CONSTANT, "");
    stage.with("limits", YAML.toString());
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
    limiter.forget();
    SERVED.clear();
  }

  private static void app(HttpServerRequest request) {
    SERVED.add(new Seen(request.uri(), request.headers()));
    request.response().end("served");
  }

  /** Says who somebody is, or that it does not know. */
  private static void door(HttpServerRequest request) {
    boolean known = "Bearer alice".equals(request.getHeader("authorization"));
    request.response().putHeader("x-user", "alice").setStatusCode(known ? 200 : 401).end();
  }

  private static Answered ask(String path, String... headers) {
    return ask(client, path, Buffer.buffer(), headers);
  }

  private static Answered ask(HttpClient by, String path, Buffer body, String... headers) {
    var options =
        new RequestOptions()
            .setMethod(body.length() == 0 ? HttpMethod.GET : HttpMethod.POST)
            .setHost("shop")
            .setPort(80)
            .setURI(path);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return Answered.to(by, options, body).await();
  }

  /** What is asked next. */
  private static List<String> asked() throws InterruptedException {
    RateLimitRequest request = Patience.next(limiter.asked);
    assertThat(request.getDomain()).isEqualTo("shop");
    return request.getDescriptorsList().stream().map(GrpcLimiter::text).toList();
  }

  @Test
  void whatIsWithinTheLimitPassesAndTheRestIsAnsweredAsEnvoyDoes() throws Exception {
    limiter.limits.put("generic_key=all", 2);
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      statuses.add(ask("/plain/" + i).status());
    }
    assertThat(statuses).containsExactly(200, 200, 429, 429);
    assertThat(asked()).containsExactly("generic_key=all");

    Answered limited = ask("/plain/logged");
    assertThat(limited.headers().get("x-envoy-ratelimited")).isEqualTo("true");
    assertThat(limited.headers().get("x-counted-by")).isEqualTo("limiter");
    assertThat(limited.headers().contains("x-ratelimit-limit")).isFalse();
    assertThat(limited.body()).isEqualTo("slow down, \u00fc");
    assertThat(SERVED).hasSize(2);
    assertThat(log("/plain/logged"))
        .contains("\"response_code\":429", "\"response_flags\":\"RL\"")
        .contains("\"response_code_details\":\"request_rate_limited\"");
    assertThat(stage.metrics())
        .containsPattern(
            "waypoint_global_rate_limit_total\\{limit=\"default/plain\",result=\"limited\"} [1-9]")
        .containsPattern(
            "waypoint_global_rate_limit_total\\{limit=\"default/plain\",result=\"ok\"} [1-9]");
  }

  @Test
  void whatTheServiceSaysGoesIntoTheRequestAndTheAnswer() throws Exception {
    Answered got = ask("/plain", "x-quota", "1000000");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body()).isEqualTo("served");
    assertThat(got.headers().get("x-counted-by")).isEqualTo("limiter");
    assertThat(got.headers().contains("x-envoy-ratelimited")).isFalse();
    MultiMap served = Patience.next(SERVED).headers();
    assertThat(served.getAll("x-quota")).containsExactly("a", "b");
    assertThat(served.get("host")).isEqualTo("shop");
  }

  @Test
  void answersSayHowMuchIsLeftWhereThatIsWanted() {
    limiter.limits.put("generic_key=all", 1);
    for (int status : new int[] {200, 429}) {
      Answered got = ask("/told");
      assertThat(got.status()).isEqualTo(status);
      assertThat(got.headers().get("x-ratelimit-limit")).isEqualTo("1, 1;w=60;name=\"few\"");
      assertThat(got.headers().get("x-ratelimit-remaining")).isEqualTo("0");
      assertThat(got.headers().get("x-ratelimit-reset")).isEqualTo("42");
    }
    limiter.limits.clear();
    assertThat(ask("/told").headers().contains("x-ratelimit-limit")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"/plain, 429, 14", "/other, 503, 8"})
  void callersOfEitherKindGetWhatIsWritten(String path, int status, String grpcStatus) {
    limiter.limits.put("generic_key=all", 0);
    assertThat(ask(path).status()).isEqualTo(status);
    Answered call = ask(client2, path, Buffer.buffer("x"), "content-type", "application/grpc");
    assertThat(call.status()).isEqualTo(200);
    assertThat(call.headers().get("grpc-status")).isEqualTo(grpcStatus);
    assertThat(call.headers().get("x-envoy-ratelimited")).isEqualTo("true");
    assertThat(SERVED).isEmpty();
  }

  @Test
  void aRequestIsDescribedByWhatIsWrittenInItsOrder() throws Exception {
    ask("/facts/../facts/a?q=1", "x-user", "alice", "x-forwarded-for", "1.2.3.4");
    assertThat(asked())
        .containsExactly(
            "tier=gold user=alice",
            "remote_address=127.0.0.1 source_principal=spiffe://cluster.local/ns/default/sa/sleep"
                + " destination=shop.default.svc.cluster.local",
            ":path=/facts/a?q=1 :method=GET :authority=shop");

    ask("/facts", "x-plan", "free");
    assertThat(asked())
        .hasSize(2)
        .noneMatch(text -> text.contains("tier"))
        .contains(":path=/facts :method=GET :authority=shop x-plan=free");
  }

  @Test
  void nobodyIsAskedAboutWhatCannotBeDescribed() {
    limiter.mood = Mood.FAILING;
    assertThat(ask("/users").status()).isEqualTo(200);
    assertThat(limiter.asked).isEmpty();
  }

  /** Whichever line the application reads, its value is counted. */
  @Test
  void aSecondLineOfAHeaderHidesNothing() throws Exception {
    limiter.limits.put("user=alice", 1);
    assertThat(ask("/users", "x-user", "alice").status()).isEqualTo(200);
    assertThat(asked()).containsExactly("user=alice");
    assertThat(ask("/users", "x-user", "alice", "x-user", "any").status()).isEqualTo(429);
    assertThat(asked()).containsExactly("user=alice", "user=any");
    assertThat(ask("/users", "x-user", "any", "X-User", "alice").status()).isEqualTo(429);
    assertThat(asked()).containsExactly("user=any", "user=alice");
    assertThat(SERVED).hasSize(1);
  }

  @Test
  void moreLinesThanCanBeAskedAboutAreTooMany() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      lines.addAll(List.of("x-user", "u" + i));
    }
    Answered got = ask("/users", lines.toArray(new String[0]));
    assertThat(got.status()).isEqualTo(429);
    assertThat(got.headers().get("x-envoy-ratelimited")).isEqualTo("true");
    assertThat(limiter.asked).isEmpty();
    assertThat(SERVED).isEmpty();
  }

  /** Nobody uses up what belongs to somebody else. */
  @Test
  void anAuthorizersWordIsCountedAndNotACallers() throws Exception {
    assertThat(ask("/judged", "x-user", "bob", "authorization", "none").status()).isEqualTo(401);
    assertThat(limiter.asked).isEmpty();
    assertThat(ask("/judged", "x-user", "bob", "authorization", "Bearer alice").status())
        .isEqualTo(200);
    assertThat(asked()).containsExactly("user=alice");
  }

  @Test
  void bytesThatAreNoUtf8AreCountedLikeAllOthers() throws Exception {
    assertThat(ask("/users", "x-user", "\u00ff").status()).isEqualTo(200);
    assertThat(asked()).containsExactly("user=\ufffd");
    assertThat(ask("/users", "x-user", "\u00c3\u00bc").status()).isEqualTo(200);
    assertThat(asked()).containsExactly("user=\u00fc");
  }

  @ParameterizedTest
  @CsvSource({"/dead-open, 200", "/gone-open, 200", "/dead-deny, 500", "/gone-deny, 500"})
  void withoutAServiceThatCountsTheFailureModeDecides(String path, int status) {
    Answered got = ask(path + "/x");
    assertThat(got.status()).isEqualTo(status);
    assertThat(got.headers().contains("x-envoy-ratelimited")).isFalse();
    assertThat(SERVED).hasSize(status == 200 ? 1 : 0);
    boolean dead = path.startsWith("/dead");
    assertThat(log(path + "/x"))
        .contains("\"rate_limit_failure\":\"" + (dead ? "connect" : "no_healthy_limiter") + "\"")
        .contains("\"response_flags\":\"" + (status == 200 ? "-" : "RLSE") + "\"");
  }

  @Test
  void whoCountsTooSlowlyIsNotWaitedFor() {
    assertThat(ask("/plain").status()).isEqualTo(200);
    limiter.mood = Mood.SILENT;
    assertThat(ask("/quick-open/x").status()).isEqualTo(200);
    assertThat(ask("/quick-deny/x").status()).isEqualTo(500);
    assertThat(log("/quick-deny/x"))
        .contains("\"response_code_details\":\"rate_limiter_error\"")
        .contains("\"rate_limit_failure\":\"timeout\"");
    assertThat(SERVED).extracting(Seen::uri).containsExactly("/plain", "/quick-open/x");
    assertThat(stage.metrics())
        .containsPattern(
            "waypoint_global_rate_limit_total\\{limit=\"default/quick-open\",result=\"passed\"} 1")
        .containsPattern(
            "waypoint_global_rate_limit_total\\{limit=\"default/quick-deny\",result=\"failed\"} 1")
        .containsPattern(
            "waypoint_global_rate_limit_total\\{limit=\"default/quick-deny\",result=\"passed\"} 0");
  }

  @Test
  void aCallerWhoHasGoneIsNotCountedFor() throws Exception {
    limiter.mood = Mood.SILENT;
    try (var socket = new SocksSocket(stage.mesh().outbound(), Stage.CALLER, "shop", 80)) {
      socket.send("GET /plain/gone HTTP/1.1\r\nHost: shop\r\n\r\n");
      assertThat(asked()).containsExactly("generic_key=all");
    }
    assertThat(log("/plain/gone")).contains("\"response_flags\":\"DC\"");
    assertThat(SERVED).extracting(Seen::uri).doesNotContain("/plain/gone");
  }

  /** An answer that cannot be used is none, and nothing of it reaches anybody. */
  @ParameterizedTest
  @EnumSource(
      value = Mood.class,
      names = {"FAILING", "UNDECIDED", "SPLITTING", "TALKATIVE"})
  void whatCannotBeUnderstoodIsNoAnswer(Mood mood) {
    limiter.mood = mood;
    Answered denied = ask("/other");
    assertThat(denied.status()).isEqualTo(500);
    assertThat(denied.headers().names()).doesNotContain("x-a", "c", "x-counted-by");
    assertThat(SERVED).isEmpty();
    Answered passed = ask("/plain");
    assertThat(passed.status()).isEqualTo(200);
    assertThat(passed.headers().names()).doesNotContain("x-a", "c", "x-counted-by");
  }

  /** The verdict was understood, whatever else the answer says. */
  @Test
  void oneTooManyStaysOneTooManyBesideAHeaderThatCannotBeWritten() {
    ask("/plain");
    String counted = GrpcLimiter.text(limiter.asked.remove().getDescriptors(0));
    limiter.limits.put(counted, 0);
    limiter.mood = Mood.SPLITTING;
    Answered refused = ask("/plain");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.headers().names()).doesNotContain("x-a", "c", "x-counted-by");
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
      ask("/logging");
    }
    throw new AssertionError("no line of " + mark);
  }
}
