// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.waypoint.rbac.Authorizers;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.FieldSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies that are read before it is known where they go. The authorizer is nowhere and fails open,
 * so that its answer comes from inside the part that was enough for it.
 */
class ShownBodyTest {
  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void serve(ExternalAuthorizer.Body body, Endpoint... endpoints) {
    var nowhere =
        new ExternalAuthorizer(
            "nowhere",
            Authorizers.Kind.HTTP,
            "missing.default.svc.cluster.local",
            80,
            ExternalAuthorizer.TIMEOUT,
            true,
            ExternalAuthorizer.STATUS_ON_ERROR,
            new ExternalAuthorizer.Shown("", FieldSet.NONE, Map.of(), body),
            ExternalAuthorizer.Taken.DEFAULT);
    rig.knows(nowhere);
    rig.publish(
        Policies.custom("nowhere", rig.mesh.knownAuthorizers()),
        null,
        ProxyRig.endpoints(endpoints));
  }

  private HttpClientRequest request(boolean http2, HttpMethod method) {
    HttpClientAgent client = http2 ? rig.http2 : rig.http1;
    int port = http2 ? rig.http2Port() : rig.http1Port();
    return await(client.request(method, port, "127.0.0.1", "/"));
  }

  private static String bodyOf(HttpClientRequest request) {
    return await(
        request
            .response()
            .compose(head -> head.body().map(body -> head.statusCode() + " " + body)));
  }

  /** The connection to the endpoint is there already, so that nothing at all waits. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theRestFollowsABeginningThatWasEnough(boolean http2) {
    Promise<Void> begun = Promise.promise();
    var read = new AtomicLong();
    var application =
        rig.backend(request -> {
          request.handler(bytes -> {
            read.addAndGet(bytes.length());
            begun.tryComplete();
          });
          request.endHandler(v -> request.response().end("all " + read.get()));
        });
    serve(new ExternalAuthorizer.Body(10, true, false), application);
    HttpClientRequest first = request(http2, HttpMethod.GET);
    first.end();
    assertThat(bodyOf(first)).isEqualTo("200 all 0");

    HttpClientRequest second = request(http2, HttpMethod.POST);
    second.putHeader("content-length", "2000");
    second.write(Buffer.buffer("x".repeat(100)));
    await(begun.future());
    second.end(Buffer.buffer("x".repeat(1_900)));
    assertThat(bodyOf(second)).isEqualTo("200 all 2000");
  }
}
