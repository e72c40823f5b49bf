// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.RequestOptions;
import io.waypoint.config.WaypointSettings;
import io.waypoint.jwks.Idp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The waypoint of production under load through tunnels, over both versions of HTTP, while the
 * server of its issuer's keys fails, stalls, rotates and answers garbage: no request with a good
 * token fails while its key was ever had and is not withdrawn, and none with a bad one passes.
 */
@Timeout(120)
class TokensUnderLoadIT {
  private static final RSAKey K1 = Idp.key("k1");
  private static final RSAKey K2 = Idp.key("k2");
  private static final RSAKey STRANGER = Idp.key("k1");

  private static final Duration SOON = Duration.ofMillis(100);
  private static final int CALLERS = 4;
  private static final int TOKENS = 64;

  /** In each mood of the server so many good answers and so many of its own are waited for. */
  private static final int ANSWERS = 300;

  private static final int FETCHES = 3;

  private static final String POLICIES =
      """
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: tokens, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: books}]
        jwtRules: [{issuer: "ISSUER", jwksUri: "URI", timeout: 250ms}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: tokens, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: books}]
        rules: [{from: [{source: {requestPrincipals: ["ISSUER/*"]}}]}]
      """;

  @TempDir private Path folder;
  private final Idp idp = new Idp();
  private final Load load = new Load();
  private final AtomicInteger good = new AtomicInteger();
  private final AtomicInteger bad = new AtomicInteger();

  /** What the good callers show. */
  private volatile List<String> tokens = List.of();

  private Stage stage;
  private HttpClient http1;

  @BeforeEach
  void open() throws Exception {
    idp.publish(K1);
    tokens = tokens(K1);
    stage = new Stage(folder);
    stage
        .serve("books", "http", request -> request.response().end())
        .with("tokens", POLICIES.replace("ISSUER", Idp.ISSUER).replace("URI", idp.uri()))
        .with(new WaypointSettings.Keys(SOON, SOON, SOON, SOON, 64 << 10, SOON, null))
        .open();
    http1 = stage.http1(2 * CALLERS);
  }

  @AfterEach
  void close() {
    stage.close();
    idp.close();
  }

  /** Some are shown again and again, so that both the memory and the keys are in use. */
  private static List<String> tokens(RSAKey key) {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < TOKENS; i++) {
      tokens.add(Idp.token(key, key.getKeyID() + "-" + i));
    }
    return tokens;
  }

  private static int ask(HttpClient client, String token) {
    return client
        .request(
            new RequestOptions()
                .setHost("books")
                .setPort(80)
                .setURI("/")
                .putHeader("authorization", "Bearer " + token))
        .compose(request -> request.send())
        .compose(head -> head.end().map(head.statusCode()))
        .await();
  }

  private void loadBegins() {
    HttpClient http2 = stage.http2();
    List<String> wrong =
        List.of(
            Idp.token(STRANGER, "ann"),
            Idp.token(Idp.withId(STRANGER, "k9"), "ann"),
            Idp.token(K1, "ann").replaceFirst("\\.[^.]+$", ".AAAA"),
            "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0Iiwic3ViIjoiYW5uIn0.",
            "garbage");
    for (int i = 0; i < CALLERS; i++) {
      HttpClient client = i % 2 == 0 ? http1 : http2;
      load.add(() -> {
        List<String> now = tokens;
        assertThat(ask(client, now.get(good.get() % TOKENS))).isEqualTo(200);
        good.incrementAndGet();
      });
      load.add(() -> {
        String token = wrong.get(bad.get() % wrong.size());
        assertThat(ask(client, token)).as(token).isEqualTo(401);
        bad.incrementAndGet();
      });
    }
  }

  /** The server is in this state for a while, and is asked while it is. */
  private void underLoad() {
    int answers = good.get() + ANSWERS;
    int fetches = idp.asked() + FETCHES;
    while (load.failures().isEmpty() && (good.get() < answers || idp.asked() < fetches)) {
      LockSupport.parkNanos(SOON.toNanos() / 20);
    }
  }

  private void until(int status, String token) {
    while (load.failures().isEmpty() && ask(http1, token) != status) {
      LockSupport.parkNanos(SOON.toNanos() / 20);
    }
  }

  @Test
  void noGoodTokenFailsAndNoBadOnePasses() throws Exception {
    List<String> first = tokens;
    List<String> second = tokens(K2);
    until(200, first.getFirst());
    loadBegins();
    for (Idp.Mood mood : Idp.Mood.values()) {
      idp.mood(mood);
      underLoad();
    }
    // The issuer begins to use another key, and its server breaks down with both published.
    idp.mood(Idp.Mood.FINE);
    idp.publish(K1, K2);
    until(200, second.getFirst());
    underLoad();
    idp.mood(Idp.Mood.GARBAGE);
    tokens = second;
    underLoad();
    // The old key is withdrawn.
    idp.mood(Idp.Mood.FINE);
    idp.publish(K2);
    until(401, first.getFirst());
    underLoad();
    load.stop();
    System.out.printf(
        "tokens under load, through tunnels: %d good, %d bad, keys asked for %d times%n",
        good.get(), bad.get(), idp.asked());
    assertThat(load.failures()).isEmpty();
    assertThat(bad.get()).isGreaterThan(ANSWERS);
  }
}
