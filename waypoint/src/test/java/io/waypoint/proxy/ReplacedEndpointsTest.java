// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.Retry;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.Share;
import io.waypoint.routing.model.Target;
import io.waypoint.routing.model.Timeouts;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.Guards;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshWorkload;
import io.waypoint.world.Workload;
import io.waypoint.world.World;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every endpoint of a backend is replaced while a request is under way, which nobody notices. */
class ReplacedEndpointsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Duration TIME = Duration.ofSeconds(7);

  private final FakeTime time = new FakeTime();
  private final ProxyRig rig = new ProxyRig(ProxySettings.DEFAULTS, time);
  private final Endpoint next = rig.backend(request -> request.response().end("next"));

  private long generation;

  /** A permit for each request that the first application has seen. */
  private final Semaphore seen = new Semaphore(0);

  @AfterEach
  void close() {
    rig.close();
  }

  private void untilSeen() throws InterruptedException {
    assertThat(seen.tryAcquire(10, TimeUnit.SECONDS)).as("the application is asked").isTrue();
  }

  private void untilWaiting() {
    boolean[] waits = {false};
    for (int i = 0; i < 10_000 && !waits[0]; i++) {
      rig.onLoop(() -> waits[0] = time.waiting() > 0);
    }
    assertThat(waits[0]).as("the request waits").isTrue();
  }

  private void route(@Nullable Fault fault, @Nullable Timeouts limit, Endpoint... endpoints) {
    var target = new Target.Resolved(ProxyRig.endpoints(endpoints));
    var backend = new Backend("reviews", "default", 9080, 1, target, List.of());
    Retry retry = limit == null ? null : new Retry(Set.of(), 1, Duration.ofMillis(1));
    var rule =
        new Rule(
            null,
            List.of(Match.ANY),
            fault == null ? List.of() : List.of(fault),
            List.of(backend),
            limit,
            retry,
            null);
    var origin = new Origin("HTTPRoute", "default", "reviews", null);
    rig.publish(
        PolicySet.ALLOW_ALL,
        RouteTable.compile(List.of(new Route(origin, List.of(rule)))),
        ProxyRig.endpoints(endpoints));
  }

  private static Endpoint gone() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return ProxyRig.endpoint(socket.getLocalPort());
    }
  }

  /** As for an authorizer, or who counts: meanwhile there is another world. */
  @Test
  void whoHasWaitedComesToThoseWhoAreThereNow() throws IOException {
    var delay = new Fault(new Fault.Delay(TIME, Share.ALL), null);
    route(delay, null, gone(), gone());
    try (var client = new RawClient(rig.http1Port())) {
      client.send(LAST);
      untilWaiting();
      route(delay, null, next);
      rig.pass(TIME);
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("next");
    }
  }

  @Test
  void whoFindsAKeptConnectionDeadComesToThoseWhoAreThereNow() throws Exception {
    try (var first =
            new RawServer(c -> {
              c.request();
              c.send(OK);
              c.request();
              seen.release();
              c.untilClosed();
            });
        var client = new RawClient(rig.http1Port())) {
      rig.serve(ProxyRig.endpoint(first.port()));
      client.send(GET);
      assertThat(client.until("ok")).startsWith("HTTP/1.1 200");
      client.send(LAST);
      untilSeen();
      rig.serve(next);
      first.close();
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("next");
    }
  }

  @Test
  void anAttemptAfterALateOneGoesToThoseWhoAreThereNow() throws Exception {
    var limit = new Timeouts(null, TIME);
    try (var first =
            new RawServer(c -> {
              c.request();
              seen.release();
              c.untilClosed();
            });
        var client = new RawClient(rig.http1Port())) {
      route(null, limit, ProxyRig.endpoint(first.port()));
      client.send(LAST);
      untilSeen();
      route(null, limit, next);
      rig.pass(TIME);
      untilWaiting();
      rig.pass(Duration.ofMillis(2));
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("next");
      assertThat(first.heads).hasSize(1);
    }
  }

  /** Without a world that knows better, one refusal of the only endpoint is the answer. */
  @Test
  void whereNobodyTookOverThereIsNobodyToTurnTo() throws IOException {
    rig.serve(gone());
    try (var client = new RawClient(rig.http1Port())) {
      client.send(LAST);
      assertThat(client.rest()).startsWith("HTTP/1.1 503");
    }
  }

  /** The rig's caller dials the pod, which has name, port and endpoint of a Service. */
  private void servePod(Endpoint pod, Endpoint... behindService) {
    var identity = new Workload("reviews", "default", "", ProxyRig.SLEEP, "", "", "", "", "");
    var guards = Guards.of(PolicySet.ALLOW_ALL);
    var workload =
        new MeshWorkload(
            identity,
            List.of("10.96.0.10"),
            pod.address(),
            null,
            true,
            Binding.OURS,
            guards,
            List.of());
    String host = "reviews.default.svc.cluster.local";
    var port =
        new Destination(
            "reviews",
            "default",
            host,
            9080,
            AppProtocol.HTTP,
            false,
            PolicySet.ALLOW_ALL,
            CallerRoutes.NONE,
            ProxyRig.endpoints(behindService));
    var service =
        new MeshService(
            "reviews", "default", host, List.of("10.96.0.11"), Binding.OURS, List.of(port));
    rig.worlds.publish(
        new World(++generation, rig.mesh, null, List.of(service), List.of(workload)));
  }

  @Test
  void whatWasSentToAPodIsNotForTheServiceOfThatName() throws Exception {
    var replaced = new CountDownLatch(1);
    try (var first =
            new RawServer(
                c -> {
                  c.request();
                  c.send(OK);
                  c.request();
                  seen.release();
                  c.until(replaced);
                },
                c -> {
                  c.request();
                  c.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown");
                  c.untilClosed();
                });
        var client = new RawClient(rig.http1Port())) {
      var pod =
          new Endpoint(
              new InetSocketAddress("127.0.0.1", first.port()), null, "default/reviews", true);
      servePod(pod, pod);
      client.send(GET);
      assertThat(client.until("ok")).startsWith("HTTP/1.1 200");
      client.send(LAST);
      untilSeen();
      servePod(pod, next);
      replaced.countDown();
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("own");
    }
  }
}
