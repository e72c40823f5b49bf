// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.waypoint.Clocks;
import io.waypoint.config.WaypointSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the README of each example promises. */
@Timeout(60)
class ExamplesIT {
  private static final byte[] EMPTY_MESSAGE = new byte[5];

  private record Answer(int status, String body, @Nullable String server, @Nullable String grpc) {}

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http1 = vertx.createHttpClient();
  private final HttpClient http2 =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false));
  private @Nullable DevMesh mesh;
  private String as = "sleep.default";

  @AfterEach
  void close() {
    if (mesh != null) {
      mesh.close();
    }
    vertx.close().await();
  }

  private void open(String example) throws Exception {
    Path folder = Path.of("..", "examples", example);
    assertThat(Files.readAllLines(folder.resolve("README.md"))).hasSize(3);
    mesh = DevMesh.start(DevSettings.quiet(List.of(folder)), Clocks.system());
  }

  /**
   * @param locality where the waypoint runs
   */
  private void open(String example, String locality) throws Exception {
    Path folder = Path.of("..", "examples", example);
    assertThat(Files.readAllLines(folder.resolve("README.md"))).hasSize(3);
    var settings = DevSettings.quiet(List.of(folder));
    WaypointSettings usual = settings.waypoint();
    var there =
        new WaypointSettings(
            usual.ports(),
            usual.timeouts(),
            usual.limits(),
            usual.drain(),
            new WaypointSettings.Instance(0, null, "istio-system", locality, null, null, null));
    mesh = DevMesh.start(settings.withWaypoint(there), Clocks.system());
  }

  private Answer get(String service, String path, String... field) {
    return ask(HttpMethod.GET, service, 8080, path, field);
  }

  private Answer ask(HttpMethod method, String service, int port, String path, String... field) {
    DevMesh running = mesh;
    boolean call = method == HttpMethod.POST;
    assertThat(running).isNotNull();
    var options =
        new RequestOptions()
            .setMethod(method)
            .setHost(service)
            .setPort(port)
            .setURI(path)
            .setProxyOptions(running == null ? null : running.socks(as));
    for (int i = 0; i < field.length; i += 2) {
      options.putHeader(field[i], field[i + 1]);
    }
    return (call ? http2 : http1)
        .request(options)
        .compose(request ->
            (call ? request.send(Buffer.buffer(EMPTY_MESSAGE)) : request.send())
                .compose(response -> response.body().map(body -> answer(response, body))))
        .await();
  }

  private static Answer answer(HttpClientResponse response, Buffer body) {
    String trailer = response.trailers().get("grpc-status");
    return new Answer(
        response.statusCode(),
        body.toString(),
        response.getHeader("server"),
        trailer == null ? response.getHeader("grpc-status") : trailer);
  }

  @Test
  void canary() throws Exception {
    open("canary");
    int newer = 0;
    for (int i = 0; i < 200; i++) {
      newer += get("cart", "/").body().contains("cart-v2") ? 1 : 0;
    }
    assertThat(newer).isBetween(5, 40);
  }

  @Test
  void headerCanary() throws Exception {
    open("header-canary");
    assertThat(get("cart", "/", "end-user", "jason").body()).contains("\"server\":\"cart-v2\"");
    assertThat(get("cart", "/", "end-user", "jane").body()).contains("\"server\":\"cart-v1\"");
    assertThat(get("cart", "/").body()).contains("\"server\":\"cart-v1\"");
  }

  @Test
  void sticky() throws Exception {
    open("sticky");
    Set<String> all = new HashSet<>();
    for (int user = 0; user < 20; user++) {
      Set<String> ofUser = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        boolean first = get("cart", "/", "end-user", "user-" + user).body().contains("cart-v1");
        ofUser.add(first ? "cart-v1" : "cart-v2");
      }
      assertThat(ofUser).as("user %d", user).hasSize(1);
      all.addAll(ofUser);
    }
    assertThat(all).containsExactlyInAnyOrder("cart-v1", "cart-v2");
  }

  @Test
  void circuitBreaker() throws Exception {
    open("circuit-breaker");
    var statuses = new ArrayList<Integer>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                int status = get("cart", "/delay/1s").status();
                synchronized (statuses) {
                  statuses.add(status);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(statuses).containsExactly(503, 503, 200, 200);
  }

  @Test
  void locality() throws Exception {
    open("locality", "eu/eu-1");
    for (int i = 0; i < 20; i++) {
      assertThat(get("cart", "/").body()).contains("\"server\":\"cart-near\"");
    }
    get("cart", "/status/503");
    get("cart", "/status/503");
    for (int i = 0; i < 20; i++) {
      assertThat(get("cart", "/").body()).contains("\"server\":\"cart-far\"");
    }
  }

  @Test
  void faultInjection() throws Exception {
    open("fault-injection");
    long begun = System.nanoTime();
    assertThat(get("cart", "/", "end-user", "jason").status()).isEqualTo(200);
    assertThat(System.nanoTime() - begun).isGreaterThan(1_000_000_000L);
    Answer broken = get("cart", "/", "end-user", "jane");
    assertThat(broken.status()).isEqualTo(503);
    assertThat(broken.body()).isEqualTo("fault filter abort");
    Answer byIstio = get("cart", "/", "end-user", "jack");
    assertThat(byIstio.status()).isEqualTo(500);
    assertThat(byIstio.body()).isEqualTo("fault filter abort");
    assertThat(get("cart", "/", "end-user", "jim").status()).isEqualTo(200);
  }

  @Test
  void rateLimit() throws Exception {
    open("rate-limit");
    for (String caller : List.of("sleep.default", "other.default")) {
      as = caller;
      for (int i = 0; i < 3; i++) {
        assertThat(get("cart", "/").status()).as(caller).isEqualTo(200);
      }
      Answer limited = get("cart", "/");
      assertThat(limited.status()).isEqualTo(429);
      assertThat(limited.body()).isEqualTo("local_rate_limited");
    }
  }

  @Test
  void mirror() throws Exception {
    open("mirror");
    for (int i = 0; i < 10; i++) {
      assertThat(get("cart", "/").body()).contains("\"server\":\"cart-v1\"");
    }
    int seen = 0;
    for (int looks = 0; seen - looks < 10 && looks < 2_000; looks++) {
      seen = Integer.parseInt(get("cart-v2", "/seen").body().strip());
      if (seen - looks >= 10) {
        return;
      }
    }
    assertThat(seen).as("copies").isNegative();
  }

  @Test
  void timeoutAndRetry() throws Exception {
    open("timeout-and-retry");
    int good = 0;
    for (int i = 0; i < 50; i++) {
      good += get("cart", "/flaky/33").status() == 200 ? 1 : 0;
    }
    assertThat(good).as("of 50, where 33 would be without retries").isGreaterThanOrEqualTo(42);
    assertThat(get("cart", "/delay/2s").status()).isEqualTo(504);
    assertThat(get("cart", "/delay/10ms").status()).isEqualTo(200);
  }

  @Test
  void grpc() throws Exception {
    open("grpc");
    assertThat(call("Hello").server()).isEqualTo("greeter-v1");
    assertThat(call("Goodbye").server()).isEqualTo("greeter-v2");
    assertThat(call("Hello").grpc()).isEqualTo("0");
    assertThat(call("Other").grpc()).isEqualTo("12");
  }

  private Answer call(String method) {
    return ask(
        HttpMethod.POST,
        "greeter",
        7070,
        "/shop.Greeter/" + method,
        "content-type",
        "application/grpc",
        "te",
        "trailers");
  }
}
