// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Pem;
import io.waypoint.identity.ServerKey;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.FieldSet;
import java.io.IOException;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies that are read before it is known where they go. The authorizer is nowhere and fails open,
 * so that its answer comes from inside the part that was enough for it.
 */
class ShownBodyTest {
  private static final int MOST = 512 * 1024;

  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void serve(ExternalAuthorizer.Body body, Endpoint... endpoints) {
    var shown = new ExternalAuthorizer.Shown("", FieldSet.NONE, Map.of(), body);
    rig.publish(rig.asksNobody(shown), null, ProxyRig.endpoints(endpoints));
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

  /** An application that speaks HTTP/1.1 to whomever, and does not read before it is told to. */
  private Endpoint slow(Promise<HttpServerRequest> arrived) {
    var read = new AtomicLong();
    DevCa ca =
        DevCa.create(
            new TrustDomain("cluster.local"),
            DevCa.DAY,
            InstantSource.system(),
            new SecureRandom());
    ServerKey key = ca.server(List.of("slow.test"));
    var pair =
        new PemKeyCertOptions()
            .addKeyValue(Buffer.buffer(Pem.write(List.of(key.key()))))
            .addCertValue(Buffer.buffer(Pem.write(key.chain())));
    var options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(0)
            .setReceiveBufferSize(256 * 1024)
            .setSsl(true)
            .setKeyCertOptions(pair);
    var server =
        rig.vertx
            .createHttpServer(options)
            .requestHandler(request -> {
              request.pause();
              request.handler(bytes -> read.addAndGet(bytes.length()));
              request.endHandler(v -> request.response().end("all " + read.get()));
              arrived.complete(request);
            });
    await(server.listen());
    return ProxyRig.endpoint(server.actualPort())
        .over(new Endpoint.Tls("slow.test", List.of("slow.test"), List.of(), ca.rootPem()));
  }

  @Test
  void aWholeBodyWaitsForAnApplicationThatIsSlow() {
    Promise<HttpServerRequest> arrived = Promise.promise();
    serve(new ExternalAuthorizer.Body(MOST, false, false), slow(arrived));
    HttpClientRequest request = request(true, HttpMethod.POST);
    request.setChunked(true);
    request.write(Buffer.buffer(new byte[MOST]));
    request.end();
    HttpServerRequest waiting = await(arrived.future());
    rig.onLoop(() -> {});
    waiting.resume();
    assertThat(bodyOf(request)).isEqualTo("200 all " + MOST);
  }

  @Test
  void aWholeBodyGoesToAnotherEndpointWhenOneCannotBeReached() throws IOException {
    int closed;
    try (var socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    var application =
        rig.backend(request ->
            request.body().onSuccess(body -> request.response().end("all " + body.length())));
    serve(new ExternalAuthorizer.Body(MOST, false, false), ProxyRig.endpoint(closed), application);
    for (int i = 0; i < 10; i++) {
      HttpClientRequest request = request(true, HttpMethod.POST);
      request.setChunked(true);
      request.write(Buffer.buffer("hello"));
      request.end();
      assertThat(bodyOf(request)).isEqualTo("200 all 5");
    }
  }
}
