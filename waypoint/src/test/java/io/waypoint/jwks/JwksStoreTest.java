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
import io.waypoint.rbac.AddressBlocks;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.jwt.JwtRule;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.Keys;
import io.waypoint.rbac.jwt.RequestAuthentication;
import io.waypoint.rbac.jwt.TokenOutput;
import io.waypoint.rbac.jwt.TokenPlaces;
import io.waypoint.rbac.model.Origin;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.FaultTable;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.Guards;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.World;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private static final AddressBlocks REFUSED = AddressBlocks.parse("127.7.0.0/16, ::1");
  private static final Duration SHORT = Duration.ofSeconds(1);

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
        refresh,
        refresh,
        refresh,
        Duration.ofSeconds(10),
        64 * 1024,
        Duration.ofMillis(1),
        REFUSED,
        trust);
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
  void countsFetchesAndFailuresAndKnowsTheAgeOfWhatItKeeps() throws Exception {
    idp.publish(K1);
    JwksStore store = store();
    store.worldChanged(worldThatNames(location()));
    await(store.fresher(location()));
    assertThat(store.withoutKeys()).isZero();
    nanos.addAndGet(Duration.ofSeconds(40).toNanos());
    assertThat(store.oldestSeconds()).isEqualTo(40);

    idp.mood(Idp.Mood.FAILS);
    await(store.fresher(location()));
    assertThat(store.fetches()).isEqualTo(2);
    assertThat(store.failures()).isEqualTo(1);
    assertThat(store.oldestSeconds()).as("a failure makes nothing younger").isEqualTo(40);
  }

  @Test
  void saysWhichKeysWereNeverHad() throws Exception {
    idp.mood(Idp.Mood.FAILS);
    JwksStore store = store();
    store.worldChanged(worldThatNames(location()));
    await(store.fresher(location()));
    assertThat(store.withoutKeys()).isEqualTo(1);
    assertThat(store.oldestSeconds()).isZero();
  }

  private static World worldThatNames(KeyLocation.Remote location) {
    var rule =
        new JwtRule(
            Idp.ISSUER, List.of(), location, TokenPlaces.DEFAULT, TokenOutput.NONE, List.of());
    var authentication =
        new RequestAuthentication(
            new Origin("RequestAuthentication", "default", "r", ""), List.of(), List.of(rule));
    var destination =
        new Destination(
            "reviews",
            "default",
            "reviews.default.svc.cluster.local",
            80,
            AppProtocol.HTTP,
            false,
            new Guards(JwtRules.compile(List.of(authentication)), PolicySet.ALLOW_ALL),
            new CallerRoutes(null, Map.of()),
            FaultTable.NONE,
            new EndpointSet("reviews", "default", 80, false, List.of()));
    var service =
        new MeshService(
            "reviews",
            "default",
            "reviews.default.svc.cluster.local",
            List.of("10.96.0.1"),
            Binding.OURS,
            List.of(destination));
    return new World(1, MeshSettings.DEFAULTS, null, List.of(service), List.of());
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
    assertThatThrownBy(() -> FetchAddress.of(address, AddressBlocks.NONE))
        .isInstanceOf(UnknownHostException.class);
  }

  @Test
  void whereTheOperatorWantsNobodyToAskIsNotAsked() throws Exception {
    idp.publish(K1);
    JwksStore store = store();
    String port = idp.host().split(":")[1];
    for (String refused : List.of("127.7.0.1", "[::1]")) {
      var there = new KeyLocation.Remote("http://" + refused + ":" + port + "/keys", false, SHORT);
      await(store.fresher(there));
      assertThat(store.current(there)).isEqualTo(Keys.NONE);
    }
    assertThat(idp.asked()).isZero();
    assertThat(FetchAddress.of("127.8.0.1", REFUSED).getHostAddress()).isEqualTo("127.8.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "192.0.2.1", "2001:db8::1", "127.0.0.1"})
  void othersAre(String address) throws Exception {
    assertThat(FetchAddress.isRefused(InetAddress.getByName(address))).isFalse();
  }
}
