// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.HeaderChange;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.PathModifier;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies of requests: they arrive as they were sent, and cost the request itself nothing. */
class MirrorTest {
  private final ProxyRig rig = new ProxyRig();
  private final BlockingQueue<String> copies = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    rig.close();
  }

  private static Backend to(Endpoint... endpoints) {
    return new Backend(
        "reviews",
        "default",
        9080,
        1,
        new Target.Resolved(ProxyRig.endpoints(endpoints)),
        List.of());
  }

  private void route(Endpoint primary, List<FilterSpec> more, Endpoint... mirrors) {
    List<FilterSpec> filters = new ArrayList<>(more);
    for (Endpoint mirror : mirrors) {
      filters.add(new FilterSpec.RequestMirror(to(mirror), 1, 1));
    }
    var match = new Match(new PathMatch.Prefix("/a"), null, List.of(), List.of());
    var rule = new Rule(null, List.of(match), filters, List.of(to(primary)));
    var origin = new Origin("HTTPRoute", "default", "reviews", null);
    rig.publish(
        PolicySet.ALLOW_ALL,
        RouteTable.compile(List.of(new Route(origin, List.of(rule)))),
        ProxyRig.endpoints());
  }

  private Endpoint recording() {
    return rig.backend(request ->
        request
            .body()
            .onSuccess(body -> {
              copies.add(
                  request.method()
                      + " "
                      + request.uri()
                      + " "
                      + request.authority()
                      + " "
                      + request.getHeader("x-added")
                      + " "
                      + body.length());
              request.response().setStatusCode(500).end("nobody reads this");
            }));
  }

  private Endpoint counting() {
    return rig.backend(request ->
        request.body().onSuccess(body -> request.response().end("got " + body.length())));
  }

  private String copy() throws InterruptedException {
    return String.valueOf(copies.poll(10, TimeUnit.SECONDS));
  }

  private String ask(String bytes) throws IOException {
    try (var client = new RawClient(rig.http1Port())) {
      client.send(bytes);
      return client.rest();
    }
  }

  private String post(int length) throws IOException {
    return ask(
        "POST /a/b?c=d HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: "
            + length
            + "\r\n\r\n"
            + "x".repeat(length));
  }

  @Test
  void everyMirrorGetsTheRequestAsItGoesUpstream() throws Exception {
    FilterSpec rewrite = new FilterSpec.UrlRewrite("other.example", new PathModifier.Prefix("/z"));
    FilterSpec add =
        new FilterSpec.RequestHeaderModifier(
            new HeaderChange(
                List.of(new HeaderChange.Field("x-added", "yes")), List.of(), List.of()));
    route(counting(), List.of(rewrite, add), recording(), recording());
    assertThat(post(40_000)).startsWith("HTTP/1.1 200").endsWith("got 40000");
    for (int i = 0; i < 2; i++) {
      assertThat(copy()).isEqualTo("POST /z/b?c=d other.example yes 40000");
    }
    assertThat(ask("GET /a HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")).endsWith("got 0");
    assertThat(copy()).isEqualTo("GET /z other.example yes 0");
  }

  @Test
  void aMirrorThatRefusesOrResetsIsNotNoticed() throws Exception {
    try (var reset =
            new RawServer(c -> {
              c.request();
              c.reset();
            });
        var nonsense =
            new RawServer(c -> {
              c.request();
              c.send("what?\r\n\r\n");
            })) {
      var closed = new RawServer(c -> {});
      closed.close();
      route(
          counting(),
          List.of(),
          ProxyRig.endpoint(reset.port()),
          ProxyRig.endpoint(nonsense.port()),
          ProxyRig.endpoint(closed.port()));
      for (int i = 0; i < 20; i++) {
        assertThat(post(10)).startsWith("HTTP/1.1 200").endsWith("got 10");
      }
    }
  }

  @Test
  void aMirrorThatReadsNothingDoesNotHoldTheBodyUp() throws Exception {
    var never = new CountDownLatch(1);
    try (var hanging =
        new RawServer(c -> {
          c.request();
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        })) {
      route(counting(), List.of(), ProxyRig.endpoint(hanging.port()));
      int length = 8 * 1024 * 1024;
      assertThat(post(length)).startsWith("HTTP/1.1 200").endsWith("got " + length);
      for (int i = 0; i < 300; i++) {
        assertThat(ask("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
            .endsWith("got 0");
      }
      rig.onLoop(() -> assertThat(rig.mirrorsUnderWay()).isEqualTo(256));
      never.countDown();
    }
  }

  @Test
  void aCopyOfARequestThatBrokeOffIsNotTakenForAWhole() throws Exception {
    Endpoint early = rig.backend(request -> request.response().setStatusCode(413).end("too much"));
    route(early, List.of(), recording());
    try (var client = new RawClient(rig.http1Port())) {
      client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n0123456789");
      assertThat(client.until("too much")).startsWith("HTTP/1.1 413");
    }
    assertThat(post(5)).startsWith("HTTP/1.1 413");
    assertThat(copy()).isEqualTo("POST /a/b?c=d shop null 5");
    assertThat(copies).isEmpty();
  }

  @Test
  void aWebSocketIsNotCopied() throws Exception {
    route(counting(), List.of(), recording());
    ask("GET /a HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n");
    assertThat(post(3)).endsWith("got 3");
    assertThat(copy()).startsWith("POST");
    assertThat(copies).isEmpty();
  }
}
