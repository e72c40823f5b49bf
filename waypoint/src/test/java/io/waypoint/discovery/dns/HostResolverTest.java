// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.translate.HostTable.Answer;
import io.waypoint.discovery.translate.HostTable.Look;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a real name server on the loopback. */
class HostResolverTest {
  private static final Duration SOON = Duration.ofMillis(10);

  private final Semaphore changes = new Semaphore(0);
  private final AtomicLong nanos = new AtomicLong();
  private TestDns dns;
  private HostResolver hosts;

  @BeforeEach
  void start() throws IOException {
    dns = TestDns.start();
    hosts =
        HostResolver.start(
            List.of(dns.address()),
            new HostResolver.Pace(SOON, Duration.ofSeconds(60), SOON),
            nanos::get);
    hosts.onChange(changes::release);
  }

  @AfterEach
  void stop() {
    hosts.close();
    dns.close();
  }

  private Answer find(String host) {
    try (Look look = hosts.look()) {
      return look.find(host);
    }
  }

  private void changed() throws InterruptedException {
    assertThat(changes.tryAcquire(10, TimeUnit.SECONDS)).as("something was found out").isTrue();
  }

  private static void until(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(holds.getAsBoolean()).isTrue();
  }

  private static Answer known(String... addresses) {
    return new Answer.Known(List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
  }

  @Test
  void whatNobodyAskedForIsNotLookedUp() throws Exception {
    dns.name("a.example", "10.0.0.1");
    assertThat(find("a.example")).isEqualTo(new Answer.Unknown());
    changed();
    assertThat(find("a.example")).isEqualTo(known("10.0.0.1"));
    assertThat(dns.asked("b.example A")).isZero();
  }

  @Test
  void everyAddressCountsInAnOrderThatStays() throws Exception {
    dns.timeToLive(3600).name("a.example", "10.0.0.200", "10.0.0.3");
    find("a.example");
    changed();
    assertThat(find("a.example")).isEqualTo(known("10.0.0.3", "10.0.0.200"));
  }

  @Test
  void aHostWithoutIpv4IsCalledByIpv6() throws Exception {
    dns.timeToLive(3600).name("six.example", "fd00::2").name("both.example", "10.0.0.1", "fd00::1");
    find("six.example");
    changed();
    assertThat(find("six.example")).isEqualTo(known("fd00::2"));
    try (Look look = hosts.look()) {
      look.find("six.example");
      look.find("both.example");
    }
    changed();
    assertThat(find("both.example")).isEqualTo(known("10.0.0.1"));
  }

  @Test
  void itIsAskedAgainWhenItsTimeIsOver() throws Exception {
    dns.timeToLive(0).name("a.example", "10.0.0.1");
    find("a.example");
    changed();
    long version = hosts.version();
    dns.name("a.example", "10.0.0.2");
    changed();
    assertThat(hosts.version()).isGreaterThan(version);
    assertThat(find("a.example")).isEqualTo(known("10.0.0.2"));
  }

  @Test
  void aLongTimeToLiveIsKeptTo() throws Exception {
    dns.timeToLive(3600).name("a.example", "10.0.0.1").name("b.example", "10.0.0.2");
    dns.timeToLive(3600);
    try (Look look = hosts.look()) {
      look.find("a.example");
    }
    changed();
    dns.timeToLive(0);
    try (Look look = hosts.look()) {
      look.find("a.example");
      look.find("b.example");
    }
    until(() -> dns.asked("b.example A") > 3);
    assertThat(dns.asked("a.example A")).isEqualTo(1);
  }

  @Test
  void whatWasLastKnownStaysWhileTheServerFails() throws Exception {
    dns.timeToLive(0).name("a.example", "10.0.0.1");
    find("a.example");
    changed();
    long version = hosts.version();
    dns.fail(2);
    long before = dns.asked("a.example A");
    until(() -> dns.asked("a.example A") > before + 4);
    assertThat(find("a.example")).isEqualTo(known("10.0.0.1"));
    assertThat(hosts.version()).isEqualTo(version);
    dns.fail(0).name("a.example", "10.0.0.9");
    changed();
    assertThat(find("a.example")).isEqualTo(known("10.0.0.9"));
  }

  @Test
  void aNameThatDoesNotExistIsSaidAndAskedForAgain() throws Exception {
    find("nobody.example");
    changed();
    assertThat(find("nobody.example")).isInstanceOf(Answer.Failed.class);
    dns.name("nobody.example", "10.0.0.1");
    changed();
    assertThat(find("nobody.example")).isEqualTo(known("10.0.0.1"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, -1})
  void ipv6DoesNotTakeThePlaceOfAnIpv4ThatIsNotToBeHad(int failure) throws Exception {
    dns.timeToLive(0).name("a.example", "10.0.0.1", "fd00::1");
    find("a.example");
    changed();
    long version = hosts.version();
    dns.fail("a.example A", failure);
    long before = dns.asked("a.example A");
    until(() -> dns.asked("a.example A") > before + 2);
    assertThat(dns.asked("a.example AAAA")).isZero();
    assertThat(find("a.example")).isEqualTo(known("10.0.0.1"));
    assertThat(hosts.version()).isEqualTo(version);
  }

  @Test
  void ipv6IsAskedForWhereTheNameHasItAlone() throws Exception {
    dns.timeToLive(0).name("a.example", "10.0.0.1");
    find("a.example");
    changed();
    dns.name("a.example", "fd00::1");
    changed();
    assertThat(find("a.example")).isEqualTo(known("fd00::1"));
  }

  @Test
  void whatIsNotWantedAnyMoreIsForgottenInTime() throws Exception {
    dns.timeToLive(0).name("a.example", "10.0.0.1").name("b.example", "10.0.0.2");
    find("a.example");
    changed();
    // However long ago that was: the time counts from when it is not asked for.
    nanos.addAndGet(10 * HostResolver.KEPT.toNanos());
    find("b.example");
    changed();
    nanos.addAndGet(HostResolver.KEPT.toNanos() - 1);
    long before = dns.asked("a.example A");
    until(() -> dns.asked("a.example A") > before + 1);
    nanos.incrementAndGet();
    // It takes its own timer alone.
    until(() -> hosts.look().find("a.example").equals(new Answer.Unknown()));
    long asked = dns.asked("a.example A");
    long others = dns.asked("b.example A");
    until(() -> dns.asked("b.example A") > others + 4);
    assertThat(dns.asked("a.example A")).isEqualTo(asked);
  }

  @Test
  void aLookThatAsksForNothingLosesNothing() throws Exception {
    dns.timeToLive(3600).name("a.example", "10.0.0.1").name("b.example", "10.0.0.2");
    find("a.example");
    changed();
    nanos.addAndGet(10 * HostResolver.KEPT.toNanos());
    hosts.look().close();
    find("b.example");
    changed();
    assertThat(find("a.example")).isEqualTo(known("10.0.0.1"));
    assertThat(dns.asked("a.example A")).isEqualTo(1);
  }

  @Test
  void whatCannotBeAskedIsSaidAndKeepsNobodyElse() throws Exception {
    String bad = "a".repeat(70) + ".example";
    dns.name("a.example", "10.0.0.1");
    try (Look look = hosts.look()) {
      look.find(bad);
      look.find("a.example");
    }
    changed();
    changed();
    assertThat(hosts.look().find(bad)).isInstanceOf(Answer.Failed.class);
    assertThat(hosts.look().find("a.example")).isEqualTo(known("10.0.0.1"));
  }

  @Test
  void aListenerThatFailsEndsNothing() throws Exception {
    hosts.close();
    hosts =
        HostResolver.start(
            List.of(dns.address()),
            new HostResolver.Pace(SOON, Duration.ofSeconds(60), SOON),
            nanos::get);
    hosts.onChange(() -> {
      throw new IllegalStateException("as it should");
    });
    hosts.onChange(changes::release);
    dns.timeToLive(0).name("a.example", "10.0.0.1");
    find("a.example");
    changed();
    dns.name("a.example", "10.0.0.2");
    changed();
    assertThat(find("a.example")).isEqualTo(known("10.0.0.2"));
  }

  @Test
  void theSearchListOfThisMachineIsNotTried() throws Exception {
    find("short");
    changed();
    assertThat(find("short")).isInstanceOf(Answer.Failed.class);
    assertThat(dns.asked("short A")).isPositive();
  }

  @Test
  void itStopsWhileNobodyAnswers() {
    dns.fail(-1);
    find("a.example");
    until(() -> dns.asked("a.example A") > 0);
    hosts.close();
    assertThat(hosts.look().find("a.example")).isEqualTo(new Answer.Unknown());
  }
}
