// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.waypoint.jwks.Idp;
import io.waypoint.jwks.JwksSettings;
import io.waypoint.jwks.JwksStore;
import io.waypoint.rbac.AddressBlocks;
import io.waypoint.rbac.jwt.JwtRule;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.TokenOutput;
import io.waypoint.rbac.jwt.TokenPlaces;
import io.waypoint.world.Guards;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A server of keys that fails, stalls, rotates and answers garbage while requests come: none with a
 * good token fails while its key was ever had and is not withdrawn, and none with a bad one passes.
 */
@Timeout(60)
class TokensUnderLoadTest {
  private static final RSAKey K1 = Idp.key("k1");
  private static final RSAKey K2 = Idp.key("k2");
  private static final RSAKey STRANGER = Idp.key("k1");
  private static final int ROUND = 24;
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final List<String> BAD =
      List.of(
          Idp.token(STRANGER, "ann"),
          Idp.token(Idp.withId(STRANGER, "k9"), "ann"),
          "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0Iiwic3ViIjoiYW5uIn0.AA",
          "garbage");
  private static final Map<RSAKey, String> SEEN =
      Map.of(K1, Idp.token(K1, "ann"), K2, Idp.token(K2, "ann"));

  private final Idp idp = new Idp();
  private final Vertx fetching = Vertx.vertx();
  private final JwksStore store =
      new JwksStore(
          fetching,
          System::nanoTime,
          new JwksSettings(
              PAUSE,
              PAUSE,
              PAUSE,
              PAUSE,
              64 * 1024,
              Duration.ofMinutes(1),
              AddressBlocks.NONE,
              null));
  private final ProxyRig rig = new ProxyRig(ProxySettings.DEFAULTS, new Advisers(store));
  private final io.vertx.core.http.HttpClient client =
      rig.vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(32));
  private final Map<String, Integer> counts = new TreeMap<>();
  private int unique;

  @BeforeEach
  void serve() {
    rig.worlds.subscribe(store::worldChanged);
    var location = new KeyLocation.Remote(idp.uri(), false, Duration.ofMillis(250));
    var rule =
        new JwtRule(
            Idp.ISSUER, List.of(), location, TokenPlaces.DEFAULT, TokenOutput.NONE, List.of());
    idp.publish(K1);
    rig.publish(
        new Guards(BearerTest.rules(rule), BearerTest.when("request.auth.principal", "*")),
        null,
        ProxyRig.endpoints(rig.backend(request -> request.response().end())));
  }

  @AfterEach
  void close() {
    rig.close();
    await(fetching.close());
    idp.close();
  }

  private Future<Integer> ask(String token) {
    return client
        .request(
            new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(rig.http1Port())
                .setURI("/")
                .putHeader("authorization", "Bearer " + token))
        .compose(request -> request.send())
        .compose(head -> head.end().map(head.statusCode()));
  }

  /** Good ones of every key and bad ones of all sorts, all at once. */
  private void round(RSAKey... good) {
    List<Future<Integer>> fine = new ArrayList<>();
    List<Future<Integer>> bad = new ArrayList<>();
    for (int i = 0; i < ROUND; i++) {
      RSAKey key = good[i % good.length];
      // Some were seen before, others are new: neither memory nor keys may fail.
      String token = i < ROUND - 4 ? seen(key) : Idp.token(key, "new" + unique++);
      fine.add(ask(token));
      bad.add(ask(BAD.get(i % BAD.size())));
    }
    await(Future.join(fine));
    await(Future.join(bad));
    assertThat(fine).allSatisfy(status -> assertThat(status.result()).isEqualTo(200));
    assertThat(bad).allSatisfy(status -> assertThat(status.result()).isEqualTo(401));
    counts.merge("good", fine.size(), Integer::sum);
    counts.merge("bad", bad.size(), Integer::sum);
  }

  private static String seen(RSAKey key) {
    return Objects.requireNonNull(SEEN.get(key));
  }

  private void untilAskedAgain() {
    int before = idp.asked();
    while (idp.asked() < before + 2) {
      round(K1);
    }
  }

  @Test
  void noGoodTokenFailsAndNoBadOnePasses() {
    untilGood(K1);
    for (Idp.Mood mood : Idp.Mood.values()) {
      idp.mood(mood);
      untilAskedAgain();
    }
    idp.mood(Idp.Mood.FINE);
    idp.publish(K1, K2);
    untilGood(K2);
    round(K1, K2);
    idp.mood(Idp.Mood.GARBAGE);
    round(K1, K2);
    idp.mood(Idp.Mood.FINE);
    idp.publish(K2);
    int status = 200;
    while (status == 200) {
      status = await(ask(seen(K1)));
      round(K2);
    }
    assertThat(status).isEqualTo(401);
    System.out.printf("tokens under load: %s, keys asked for %d times%n", counts, idp.asked());
  }

  /** A key that has just begun to be used is found by the first token that needs it, or soon. */
  private void untilGood(RSAKey key) {
    int status = 0;
    while (status != 200) {
      status = await(ask(seen(key)));
    }
  }

  @Test
  void tokensWithKeysNobodyKnowsMakeNoStorm() {
    untilGood(K1);
    int before = idp.asked();
    long begun = System.nanoTime();
    List<Future<Integer>> bad = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      bad.add(ask(BAD.get(1)));
    }
    await(Future.join(bad));
    long pauses = (System.nanoTime() - begun) / PAUSE.toNanos();
    assertThat(idp.asked() - before).isLessThanOrEqualTo((int) pauses + 2);
    assertThat(bad).allSatisfy(status -> assertThat(status.result()).isEqualTo(401));
  }
}
