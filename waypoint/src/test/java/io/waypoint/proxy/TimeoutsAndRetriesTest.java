// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.Retry;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.Target;
import io.waypoint.routing.model.Timeouts;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications that are late or break, and a proxy whose time passes when the test says so. */
class TimeoutsAndRetriesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String DOWN = "HTTP/1.1 503 Down\r\nContent-Length: 4\r\n\r\ndown";
  private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  private static final Duration BACKOFF = Duration.ofMillis(100);

  private final FakeTime time = new FakeTime();
  private final ProxyRig rig = new ProxyRig(ProxySettings.DEFAULTS, time);

  /** A permit for each request that an application has seen. */
  private final Semaphore seen = new Semaphore(0);

  @AfterEach
  void close() {
    rig.close();
  }

  private void rule(@Nullable Timeouts timeouts, @Nullable Retry retry, Endpoint... endpoints) {
    var backend =
        new Backend(
            "reviews",
            "default",
            9080,
            1,
            new Target.Resolved(ProxyRig.endpoints(endpoints)),
            List.of());
    var rule =
        new Rule(null, List.of(Match.ANY), List.of(), List.of(backend), timeouts, retry, null);
    var origin = new Origin("HTTPRoute", "default", "reviews", null);
    rig.publish(
        PolicySet.ALLOW_ALL,
        RouteTable.compile(List.of(new Route(origin, List.of(rule)))),
        ProxyRig.endpoints());
  }

  private static Timeouts limits(int requestMillis, int attemptMillis) {
    return new Timeouts(
        requestMillis < 0 ? null : Duration.ofMillis(requestMillis),
        attemptMillis < 0 ? null : Duration.ofMillis(attemptMillis));
  }

  private static Retry retry(int attempts, Integer... codes) {
    return new Retry(Set.copyOf(Arrays.asList(codes)), attempts, BACKOFF);
  }

  private static Endpoint at(RawServer server) {
    return ProxyRig.endpoint(server.port());
  }

  private void untilSeen() throws InterruptedException {
    assertThat(seen.tryAcquire(10, TimeUnit.SECONDS)).as("the application is asked").isTrue();
  }

  /** Answers each request with the next of these bytes, on however many connections they come. */
  private RawServer answering(String... answers) throws IOException {
    var next = new java.util.concurrent.atomic.AtomicInteger();
    return new RawServer(c -> {
      while (true) {
        c.request();
        String answer = answers[Math.min(next.getAndIncrement(), answers.length - 1)];
        if (answer.isEmpty()) {
          seen.release();
          c.untilClosed();
        } else if (answer.equals("reset")) {
          c.reset();
          seen.release();
          return;
        } else {
          c.send(answer);
          seen.release();
        }
      }
    });
  }

  /** Waits until the proxy waits for nothing but time, then lets it pass. */
  private void passWhenWaiting(Duration duration, int alarms) {
    var waits = new Semaphore(0);
    for (int i = 0; i < 10_000 && waits.availablePermits() == 0; i++) {
      rig.onLoop(() -> {
        if (time.waiting() >= alarms) {
          waits.release();
        }
      });
    }
    assertThat(waits.availablePermits()).as("alarms that are set").isPositive();
    rig.pass(duration);
  }

  @Test
  void aLateHeadIs504AtTheMomentTheRequestsTimeIsOver() throws Exception {
    try (var server = answering("");
        var client = new RawClient(rig.http1Port())) {
      rule(limits(500, -1), null, at(server));
      client.send(LAST);
      untilSeen();
      rig.pass(Duration.ofMillis(499));
      rig.onLoop(() -> assertThat(rig.proxy().active()).isEqualTo(1));
      rig.pass(Duration.ofMillis(1));
      assertThat(client.rest())
          .startsWith("HTTP/1.1 504")
          .endsWith("upstream request timeout")
          .contains("server: waypoint");
      assertThat(server.heads).hasSize(1);
    }
  }

  @Test
  void aLateBodyIsBrokenOffAndNeverLooksWhole() throws Exception {
    for (var limits : List.of(limits(500, -1), limits(-1, 500), limits(0, 500))) {
      try (var server =
              answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
          var client = new RawClient(rig.http1Port())) {
        rule(limits, retry(3, 500), at(server));
        client.send(LAST);
        assertThat(client.until("ab\r\n")).startsWith("HTTP/1.1 200");
        rig.pass(Duration.ofMillis(500));
        assertThat(client.rest()).doesNotContain("0\r\n\r\n");
        assertThat(server.heads).as("no second attempt after the head").hasSize(1);
      }
    }
  }

  @Test
  void zeroSwitchesALimitOff() throws Exception {
    try (var server = answering("");
        var client = new RawClient(rig.http1Port())) {
      rule(limits(0, 0), null, at(server));
      client.send(LAST);
      untilSeen();
      rig.onLoop(() -> assertThat(time.waiting()).isZero());
    }
  }

  @Test
  void theTwoClocksAreIndependent() throws Exception {
    try (var server = answering("", "", OK);
        var client = new RawClient(rig.http1Port())) {
      rule(limits(2_000, 200), retry(2), at(server));
      client.send(LAST);
      for (int i = 0; i < 2; i++) {
        untilSeen();
        rig.pass(Duration.ofMillis(200));
        passWhenWaiting(BACKOFF.multipliedBy(i + 1).multipliedBy(3).dividedBy(2), 2);
      }
      untilSeen();
      assertThat(client.rest()).startsWith("HTTP/1.1 200");
      assertThat(server.heads).hasSize(3);
    }
    try (var server = answering("");
        var client = new RawClient(rig.http1Port())) {
      rule(limits(400, 200), retry(5), at(server));
      client.send(LAST);
      untilSeen();
      rig.pass(Duration.ofMillis(200));
      passWhenWaiting(Duration.ofMillis(150), 2);
      untilSeen();
      rig.pass(Duration.ofMillis(50));
      assertThat(client.rest()).startsWith("HTTP/1.1 504");
      assertThat(server.heads).hasSize(2);
    }
  }

  @Test
  void anAttemptThatIsTooLateIs504WithoutRetry() throws Exception {
    try (var server = answering("");
        var client = new RawClient(rig.http1Port())) {
      rule(limits(-1, 200), null, at(server));
      client.send(LAST);
      untilSeen();
      rig.pass(Duration.ofMillis(200));
      assertThat(client.rest()).startsWith("HTTP/1.1 504").endsWith("upstream request timeout");
    }
  }

  @Test
  void anotherAttemptComesNotBeforeTheBackoffAndAtMostHalfAsMuchLater() throws Exception {
    try (var server = answering(DOWN, OK);
        var client = new RawClient(rig.http1Port())) {
      rule(null, retry(3, 503), at(server));
      client.send(LAST);
      untilSeen();
      passWhenWaiting(BACKOFF.minusNanos(1), 1);
      assertThat(server.heads).hasSize(1);
      rig.pass(BACKOFF.dividedBy(2).plusNanos(1));
      untilSeen();
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("ok");
      assertThat(server.heads).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aStatusIsTriedAgainAsOftenAsWritten(int failures) throws Exception {
    String[] answers = new String[failures + 1];
    Arrays.fill(answers, DOWN);
    answers[failures] = OK;
    try (var server = answering(answers);
        var client = new RawClient(rig.http1Port())) {
      rule(null, retry(2, 503), at(server));
      client.send(LAST);
      untilSeen();
      for (int i = 1; i <= Math.min(failures, 2); i++) {
        passWhenWaiting(Duration.ofSeconds(1), 1);
        untilSeen();
      }
      assertThat(client.rest())
          .startsWith(failures <= 2 ? "HTTP/1.1 200" : "HTTP/1.1 503")
          .endsWith(failures <= 2 ? "ok" : "down");
      assertThat(server.heads).hasSize(Math.min(failures, 2) + 1);
    }
  }

  @Test
  void aResetInTheMiddleOfAnAnswerIsPassedOnAndNotTriedAgain() throws Exception {
    var go = new Semaphore(0);
    try (var server =
            new RawServer(c -> {
              c.request();
              c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
              go.acquireUninterruptibly();
              c.reset();
            });
        var client = new RawClient(rig.http1Port())) {
      rule(limits(10_000, 5_000), retry(3, 500), at(server));
      client.send(LAST);
      assertThat(client.until("hello")).startsWith("HTTP/1.1 200");
      go.release();
      assertThat(client.rest()).isEmpty();
      assertThat(server.heads).hasSize(1);
      rig.untilQuiet();
      rig.onLoop(() -> assertThat(time.waiting()).isZero());
    }
  }

  @Test
  void aStatusThatIsNotNamedIsFinal() throws Exception {
    try (var server = answering(DOWN);
        var client = new RawClient(rig.http1Port())) {
      rule(null, retry(3, 500), at(server));
      client.send(LAST);
      assertThat(client.rest()).startsWith("HTTP/1.1 503").endsWith("down");
      assertThat(server.heads).hasSize(1);
    }
  }

  @Test
  void brokenConnectionsAreTriedAgainWhereARetryIsWritten() throws Exception {
    try (var server = answering("reset", "reset", OK);
        var client = new RawClient(rig.http1Port())) {
      rule(null, retry(3), at(server));
      client.send(LAST);
      for (int i = 0; i < 2; i++) {
        untilSeen();
        passWhenWaiting(Duration.ofSeconds(1), 1);
      }
      assertThat(client.rest()).startsWith("HTTP/1.1 200");
      assertThat(server.heads).hasSize(3);
    }
    try (var server = answering("reset");
        var client = new RawClient(rig.http1Port())) {
      rule(null, null, at(server));
      client.send(LAST);
      assertThat(client.rest()).startsWith("HTTP/1.1 503");
      assertThat(server.heads).as("without a retry it may have been done").hasSize(1);
    }
  }

  @Test
  void refusedConnectionsAreTriedAgainAtTheSameEndpointToo() throws Exception {
    int port;
    try (var closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    try (var client = new RawClient(rig.http1Port())) {
      rule(null, retry(2), ProxyRig.endpoint(port));
      client.send(LAST);
      passWhenWaiting(Duration.ofSeconds(1), 1);
      passWhenWaiting(Duration.ofSeconds(1), 1);
      assertThat(client.rest()).startsWith("HTTP/1.1 503").endsWith("connection failure");
    }
  }

  private static String post(int length) {
    return "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: "
        + length
        + "\r\n\r\n"
        + "x".repeat(length);
  }

  private RawServer failingOnceAfterTheBody(int length) throws IOException {
    var first = new java.util.concurrent.atomic.AtomicBoolean(true);
    return new RawServer(c -> {
      while (true) {
        c.request();
        String body = c.read(length);
        boolean fails = first.getAndSet(false);
        c.send(fails ? DOWN : OK.replace("ok", body.equals("x".repeat(length)) ? "ok" : "no"));
        seen.release();
      }
    });
  }

  @Test
  void aSmallBodyIsSentAgainAsAWhole() throws Exception {
    for (int length : List.of(1, 10_000, KeptBody.MOST)) {
      try (var server = failingOnceAfterTheBody(length);
          var client = new RawClient(rig.http1Port())) {
        rule(null, retry(1, 503), at(server));
        client.send(post(length));
        untilSeen();
        passWhenWaiting(Duration.ofSeconds(1), 1);
        assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("ok");
        assertThat(server.heads).hasSize(2);
      }
    }
    rig.onLoop(() -> assertThat(rig.proxy().loop().keptBodies().used()).isZero());
  }

  @Test
  void aLargeBodyIsSentOnce() throws Exception {
    int length = KeptBody.MOST + 1;
    try (var server = failingOnceAfterTheBody(length);
        var client = new RawClient(rig.http1Port())) {
      rule(null, retry(1, 503), at(server));
      client.send(post(length));
      assertThat(client.rest()).startsWith("HTTP/1.1 503").endsWith("down");
      assertThat(server.heads).hasSize(1);
    }
    rig.onLoop(() -> assertThat(rig.proxy().loop().keptBodies().used()).isZero());
  }

  @Test
  void aCallerThatLeavesEndsTheWaitForAnotherAttempt() throws Exception {
    try (var server = answering(DOWN, OK)) {
      rule(limits(10_000, 5_000), retry(3, 503), at(server));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(LAST);
        untilSeen();
      }
      rig.untilQuiet();
      rig.pass(Duration.ofSeconds(20));
      rig.onLoop(() -> assertThat(time.waiting()).isZero());
      assertThat(server.heads).hasSize(1);
    }
  }

  @Test
  void anAnswerThatIsThrownAwayLeavesItsConnectionInUse() throws Exception {
    try (var server = answering(DOWN, OK)) {
      rule(null, retry(1, 503), at(server));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(LAST);
        untilSeen();
        passWhenWaiting(Duration.ofSeconds(1), 1);
        assertThat(client.rest()).startsWith("HTTP/1.1 200");
      }
    }
  }

  private static long answered(List<Future<String>> answers) {
    return answers.stream().filter(Future::isDone).count();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 1_000 && !condition.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  @Test
  void aStormOfRepetitionsIsHeldBackAndNothingOfItRemains() throws Exception {
    try (var server = answering(DOWN);
        var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      rule(null, retry(2, 503), at(server));
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        var client = new RawClient(rig.http1Port());
        client.send(LAST);
        answers.add(
            readers.submit(() -> {
              try (client) {
                return client.rest();
              }
            }));
      }
      // Those that are held back need no time to be told so; only then it passes for the others.
      await("seven are answered", () -> answered(answers) == 7);
      await(
          "all are answered",
          () -> {
            rig.pass(Duration.ofSeconds(1));
            return answered(answers) == 10;
          });
      int held = 0;
      for (Future<String> each : answers) {
        String answer = each.get();
        assertThat(answer).startsWith("HTTP/1.1 503");
        held += answer.endsWith("retry budget exhausted") ? 1 : 0;
      }
      assertThat(held).isEqualTo(7);
      assertThat(server.heads).hasSize(10 + 3 + 3);
    }
  }
}
