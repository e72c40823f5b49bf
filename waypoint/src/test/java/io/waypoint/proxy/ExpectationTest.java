// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import io.waypoint.rbac.Authorizers;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.FieldSet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers who expect to be told to send their body, and those who cannot be told. */
class ExpectationTest {
  private static final String GO_AHEAD = "HTTP/1.1 100 Continue\r\n\r\n";

  private final ProxyRig rig = new ProxyRig();
  private final List<String> judged = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    rig.close();
  }

  private static String head(String version) {
    return "POST / "
        + version
        + "\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: ";
  }

  private void application(HttpServerRequest request) {
    request
        .body()
        .onSuccess(body -> {
          if (request.uri().startsWith("/check")) {
            judged.add(body.toString());
          }
          request.response().end("=" + body);
        });
  }

  /** An authorizer that is shown bodies; the application is its own. */
  private void judgeBodies() {
    var shown =
        new ExternalAuthorizer.Shown(
            "/check", FieldSet.NONE, Map.of(), new ExternalAuthorizer.Body(1_000, false, false));
    var authorizer =
        new ExternalAuthorizer(
            "judge",
            Authorizers.Kind.HTTP,
            "reviews.default.svc.cluster.local",
            9080,
            ExternalAuthorizer.TIMEOUT,
            false,
            ExternalAuthorizer.STATUS_ON_ERROR,
            shown,
            ExternalAuthorizer.Taken.DEFAULT);
    rig.knows(authorizer);
    rig.publish(
        Policies.custom("judge", rig.mesh.knownAuthorizers()),
        null,
        ProxyRig.endpoints(rig.backend(this::application)));
  }

  @Test
  void whoIsToBeJudgedByABodyIsToldToSendIt() throws IOException {
    judgeBodies();
    try (var client = new RawClient(rig.http1Port())) {
      client.send(head("HTTP/1.1") + "close\r\n\r\n");
      assertThat(client.head()).isEqualTo(GO_AHEAD);
      client.send("hello");
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("=hello");
    }
    assertThat(judged).containsExactly("hello");
  }

  /** RFC 9110 sections 10.1.1 and 15.2: it would take that for its answer. */
  @Test
  void aCallerOf10IsNotToldWhenItIsJudgedByItsBody() throws IOException {
    judgeBodies();
    try (var client = new RawClient(rig.http1Port())) {
      client.send(head("HTTP/1.0") + "close\r\n\r\n");
      rig.onLoop(() -> {});
      client.send("hello");
      assertThat(client.rest()).startsWith("HTTP/1.0 200").endsWith("=hello");
    }
    assertThat(judged).containsExactly("hello");
  }

  /** Nobody waits here, so that nobody there is asked, and an early answer leaves it usable. */
  @Test
  void aCallerOf10IsNotToldWhatTheEndpointSays() throws IOException {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send(GO_AHEAD + answer);
          c.untilClosed();
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(head("HTTP/1.0") + "keep-alive\r\n\r\n");
        assertThat(client.until("ok")).startsWith("HTTP/1.0 200").contains("keep-alive");
        client.send("hello" + head("HTTP/1.0") + "close\r\n\r\nhello");
        assertThat(client.rest()).startsWith("HTTP/1.0 200").endsWith("ok");
      }
      assertThat(server.heads)
          .hasSize(2)
          .allSatisfy(head -> assertThat(head).doesNotContainIgnoringCase("expect"));
    }
  }
}
