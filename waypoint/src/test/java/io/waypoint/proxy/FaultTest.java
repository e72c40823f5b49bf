// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.Share;
import io.waypoint.routing.model.Target;
import io.waypoint.world.ExternalAuthorizer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fault on the way through the proxy, whose time passes when the test says so. */
class FaultTest {
  private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  private static final Duration TIME = Duration.ofSeconds(7);

  private final FakeTime time = new FakeTime();
  private final ProxyRig rig = new ProxyRig(ProxySettings.DEFAULTS, time);
  private final AtomicInteger asked = new AtomicInteger();
  private final Endpoint application =
      rig.backend(request -> {
        asked.incrementAndGet();
        request.response().end("ok");
      });

  @AfterEach
  void close() {
    rig.close();
  }

  private void rule(PolicySet policies, Fault fault) {
    var target = new Target.Resolved(ProxyRig.endpoints(application));
    var backend = new Backend("reviews", "default", 9080, 1, target, List.of());
    var rule = new Rule(null, List.of(Match.ANY), List.of(fault), List.of(backend));
    var origin = new Origin("HTTPRoute", "default", "reviews", null);
    rig.publish(
        policies,
        RouteTable.compile(List.of(new Route(origin, List.of(rule)))),
        ProxyRig.endpoints());
  }

  private static Fault fault(Fault.@Nullable Abort abort) {
    return new Fault(new Fault.Delay(TIME, Share.ALL), abort);
  }

  private void untilHeldUp() {
    boolean[] waits = {false};
    for (int i = 0; i < 10_000 && !waits[0]; i++) {
      rig.onLoop(() -> waits[0] = time.waiting() > 0);
    }
    assertThat(waits[0]).as("the request is held up").isTrue();
  }

  @Test
  void aRequestWaitsExactlyItsTime() throws IOException {
    rule(PolicySet.ALLOW_ALL, fault(null));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(LAST);
      untilHeldUp();
      rig.pass(TIME.minusMillis(1));
      rig.onLoop(() -> assertThat(rig.proxy().active()).isEqualTo(1));
      assertThat(asked).hasValue(0);
      rig.pass(Duration.ofMillis(1));
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("ok");
    }
    assertThat(metrics()).contains("response_flags=\"DI\"");
  }

  @Test
  void whatIsAbortedAfterTheDelayNeverArrives() throws IOException {
    rule(PolicySet.ALLOW_ALL, fault(new Fault.Abort(418, -1, Share.ALL)));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(LAST);
      untilHeldUp();
      rig.pass(TIME);
      assertThat(client.rest()).startsWith("HTTP/1.1 418").endsWith("fault filter abort");
    }
    assertThat(asked).hasValue(0);
    assertThat(metrics()).contains("response_flags=\"FI\"");
  }

  @Test
  void aCallGetsTheStatusOfGrpcThatIsWritten() throws IOException {
    rule(PolicySet.ALLOW_ALL, new Fault(null, new Fault.Abort(429, 8, Share.ALL)));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(
          "POST /a/b HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\n"
              + "Content-Length: 0\r\nConnection: close\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 200").contains("grpc-status: 8");
    }
  }

  @Test
  void whatIsDeniedIsNeitherHeldUpNorAborted() throws IOException {
    rule(Policies.closed(), fault(new Fault.Abort(418, -1, Share.ALL)));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(LAST);
      assertThat(client.rest()).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void whoLeavesDuringTheDelayLeavesNothingBehind() throws IOException {
    rule(PolicySet.ALLOW_ALL, fault(null));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(LAST);
      untilHeldUp();
    }
    rig.untilQuiet();
    rig.onLoop(() -> assertThat(time.waiting()).isZero());
    rig.pass(TIME);
    assertThat(asked).hasValue(0);
  }

  /** An authorizer that is nowhere answers at once, and what comes after it is the one to end. */
  @Test
  void whoLeavesAfterAnAuthorizerFailedOpenLeavesNothingBehind() throws IOException {
    rule(rig.asksNobody(ExternalAuthorizer.Shown.HEAD), fault(null));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(LAST);
      untilHeldUp();
    }
    rig.untilQuiet();
    rig.onLoop(() -> assertThat(time.waiting()).isZero());
  }

  private String metrics() {
    rig.untilQuiet();
    var page = rig.telemetry.page();
    var text = new StringBuilder();
    for (String chunk = page.next(); chunk != null; chunk = page.next()) {
      text.append(chunk);
    }
    return text.toString();
  }
}
