// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RotatingCertificatesTest {
  private static final SpiffeId ID = SpiffeId.of("cluster.local", "default", "waypoint");

  private final FakeTime time = new FakeTime(TestCa.NOW);
  private final DevCa ca =
      DevCa.create(new TrustDomain("cluster.local"), DevCa.DAY, time, new SecureRandom());
  private final AtomicInteger asked = new AtomicInteger();
  private boolean down;

  private CompletionStage<Material> issue() {
    asked.incrementAndGet();
    return down
        ? CompletableFuture.failedFuture(new IllegalStateException("authority is down"))
        : CompletableFuture.completedFuture(ca.issue(ID));
  }

  private RotatingCertificates start() {
    return RotatingCertificates.start(this::issue, time, time, new Random(7));
  }

  private static Material now(Certificates certificates) {
    return Objects.requireNonNull(certificates.current());
  }

  @Test
  void hasACertificateAtOnce() {
    try (var certificates = start()) {
      assertThat(now(certificates).id()).isEqualTo(ID);
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void rotatesAroundHalfOfTheLife() {
    try (var certificates = start()) {
      for (int i = 0; i < 20; i++) {
        Material before = now(certificates);
        Duration wait = time.next().orElseThrow();
        assertThat(wait).isBetween(Duration.ofMinutes(576), Duration.ofMinutes(864));
        time.advance(wait);
        assertThat(now(certificates)).isNotSameAs(before);
        assertThat(now(certificates).leaf()).isNotEqualTo(before.leaf());
      }
    }
  }

  @Test
  void doesNotRotateInStep() {
    try (var one = start();
        var other = RotatingCertificates.start(this::issue, time, time, new Random(8))) {
      Duration first = time.next().orElseThrow();
      time.advance(first);
      assertThat(asked).hasValue(3);
      assertThat(now(one)).isNotSameAs(now(other));
    }
  }

  @Test
  void tellsItsListenersUntilTheyLeave() {
    try (var certificates = start()) {
      var heard = new AtomicInteger();
      var failing =
          certificates.onChange(() -> {
            throw new IllegalStateException("a listener that fails harms nobody");
          });
      var subscription = certificates.onChange(heard::incrementAndGet);
      time.advance(Duration.ofHours(24));
      int before = heard.get();
      assertThat(before).isPositive();
      subscription.close();
      failing.close();
      time.advance(Duration.ofHours(24));
      assertThat(heard).hasValue(before);
    }
  }

  @Test
  void retriesWithGrowingPausesAndKeepsTheOldUntilItExpires() {
    try (var certificates = start()) {
      Material first = now(certificates);
      down = true;
      time.advance(time.next().orElseThrow());
      double expected = 1;
      for (int i = 0; i < 12; i++) {
        Duration pause = time.next().orElseThrow();
        assertThat(pause.toMillis() / 1000.0)
            .isBetween(expected * 0.79, Math.min(expected * 1.21, 150));
        expected = Math.min(expected * 2, 150);
        time.advance(pause);
        assertThat(certificates.current()).isSameAs(first);
      }
      time.advance(Duration.between(time.instant(), first.expiry()));
      assertThat(certificates.current()).isSameAs(first);
      time.advance(Duration.ofSeconds(1));
      assertThat(certificates.current()).isNull();
    }
  }

  @Test
  void recoversAfterAnOutageAndForgetsTheLongPauses() {
    down = true;
    try (var certificates = start()) {
      assertThat(certificates.current()).isNull();
      time.advance(Duration.ofMinutes(10));
      assertThat(certificates.current()).isNull();
      down = false;
      time.advance(Duration.ofSeconds(150));
      assertThat(certificates.current()).isNotNull();
      down = true;
      time.advance(time.next().orElseThrow());
      assertThat(time.next().orElseThrow()).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void takesAnIssuerThatThrowsOrAnswersWithTheExpiredForAFailure() {
    var answers = new AtomicInteger();
    var expired = TestCa.create("root").leaf().uri(ID.uri());
    expired.valid(TestCa.NOW.minusSeconds(9), TestCa.NOW.minusSeconds(1));
    Material old = expired.material(ca.trust());
    RotatingCertificates.Issuer issuer =
        () ->
            switch (answers.getAndIncrement()) {
              case 0 -> throw new IllegalStateException("no");
              case 1 -> CompletableFuture.completedFuture(old);
              default -> issue();
            };
    try (var certificates = RotatingCertificates.start(issuer, time, time, new Random(7))) {
      assertThat(certificates.current()).isNull();
      time.advance(Duration.ofSeconds(10));
      assertThat(certificates.current()).isNotNull();
      assertThat(answers).hasValue(3);
    }
  }

  @Test
  void asksNobodyAfterItsEnd() {
    var certificates = start();
    Material last = now(certificates);
    certificates.close();
    time.advance(Duration.ofHours(23));
    assertThat(asked).hasValue(1);
    assertThat(certificates.current()).isSameAs(last);
    assertThat(time.next()).isEmpty();
  }

  @Test
  void dropsAnAnswerThatComesAfterItsEnd() {
    var answer = new CompletableFuture<Material>();
    var certificates = RotatingCertificates.start(() -> answer, time, time, new Random(7));
    certificates.close();
    answer.complete(ca.issue(ID));
    assertThat(certificates.current()).isNull();
    assertThat(time.next()).isEmpty();
  }
}
