// SPDX-License-Identifier: Apache-2.0
package io.waypoint.jwks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SelfSignedCertificate;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.Keys;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwksStoreTest {
  private static final RSAKey K1 = Idp.key("k1");
  private static final RSAKey K2 = Idp.key("k2");
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Vertx vertx = Vertx.vertx();
  private final Idp idp = new Idp();
  private final AtomicLong nanos = new AtomicLong(1);

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(15, TimeUnit.SECONDS);
    idp.close();
  }

  /** Timers are far away, so that only what a test asks for is fetched. */
  private JwksStore store() {
    return new JwksStore(vertx, nanos::get, settings(Duration.ofHours(1), null));
  }

  private static JwksSettings settings(
      Duration refresh, io.vertx.core.net.@Nullable TrustOptions trust) {
    return new JwksSettings(
        refresh, refresh, refresh, Duration.ofSeconds(10), 64 * 1024, Duration.ofMillis(1), trust);
  }

  private KeyLocation.Remote location() {
    return new KeyLocation.Remote(idp.uri(), false, SHORT);
  }

  private static void await(@Nullable CompletionStage<?> stage) throws Exception {
    assertThat(stage).isNotNull();
    stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void fetchesWhatSomebodyNeeds() throws Exception {
    idp.publish(K1);
    JwksStore store = store();
    assertThat(store.current(location())).isEqualTo(Keys.NONE);
    await(store.fresher(location()));
    assertThat(store.current(location())).isEqualTo(Keys.parse(Idp.jwks(K1)));
  }

  @Test
  void findsTheKeysThroughTheConfigurationOfTheIssuer() throws Exception {
    idp.publish(K1);
    JwksStore store = store();
    var location =
        new KeyLocation.Remote(
            "http://" + idp.host() + "/realm/.well-known/openid-configuration", true, SHORT);
    await(store.fresher(location));
    assertThat(store.current(location).size()).isEqualTo(1);
  }

  @Test
  void fetchesOverHttpsFromWhomItTrusts() throws Exception {
    var certificate = SelfSignedCertificate.create("localhost");
    PemKeyCertOptions own = certificate.keyCertOptions();
    PemTrustOptions trust = certificate.trustOptions();
    try (var secure = new Idp(new HttpServerOptions().setSsl(true).setKeyCertOptions(own))) {
      secure.publish(K1);
      var location =
          new KeyLocation.Remote(
              "https://localhost:" + secure.host().split(":")[1] + "/keys",
              false,
              Duration.ofSeconds(5));
      var trusting = new JwksStore(vertx, nanos::get, settings(Duration.ofHours(1), trust));
      await(trusting.fresher(location));
      assertThat(trusting.current(location).size()).isEqualTo(1);
      JwksStore wary = store();
      await(wary.fresher(location));
      assertThat(wary.current(location)).isEqualTo(Keys.NONE);
    } finally {
      certificate.delete();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FINE")
  void aServerInAnyMoodCostsNoKeyThatIsThere(Idp.Mood mood) throws Exception {
    idp.publish(K1);
    JwksStore store = store();
    await(store.fresher(location()));
    idp.publish(K2);
    idp.mood(mood);
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    await(store.fresher(location()));
    assertThat(store.current(location())).isEqualTo(Keys.parse(Idp.jwks(K1)));
    idp.mood(Idp.Mood.FINE);
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    await(store.fresher(location()));
    assertThat(store.current(location())).isEqualTo(Keys.parse(Idp.jwks(K2)));
  }

  @Test
  void callersCannotMakeAStorm() throws Exception {
    idp.publish(K1);
    JwksStore store = store();
    List<CompletionStage<?>> stages = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      CompletionStage<?> stage = store.fresher(location());
      if (stage != null) {
        stages.add(stage);
      }
    }
    for (CompletionStage<?> stage : stages) {
      await(stage);
    }
    for (int i = 0; i < 10_000; i++) {
      assertThat(store.fresher(location())).isNull();
    }
    assertThat(idp.asked()).isEqualTo(1);
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    await(store.fresher(location()));
    assertThat(idp.asked()).isEqualTo(2);
  }

  @Test
  void aRefreshWithoutNewsChangesNothing() throws Exception {
    idp.publish(K1);
    JwksStore store = store();
    await(store.fresher(location()));
    Keys before = store.current(location());
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    await(store.fresher(location()));
    assertThat(store.current(location())).isSameAs(before);
    assertThat(idp.asked()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "fe80::1",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "fd00:ec2::254",
        "::ffff:169.254.169.254"
      })
  void whatOnlyTheMachineShouldAskIsNotAsked(String address) throws Exception {
    assertThat(FetchAddress.isRefused(InetAddress.getByName(address))).isTrue();
    assertThatThrownBy(() -> FetchAddress.of(address)).isInstanceOf(UnknownHostException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "192.0.2.1", "2001:db8::1", "127.0.0.1"})
  void othersAre(String address) throws Exception {
    assertThat(FetchAddress.isRefused(InetAddress.getByName(address))).isFalse();
  }
}
