// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.RouteTable;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProxyExchangeTest {
  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private record Got(HttpClientResponse head, String body) {}

  private Got get(int port, String path) {
    boolean http2 = port == rig.http2Port();
    var client = http2 ? rig.http2 : rig.http1;
    return await(
        client
            .request(new RequestOptions().setHost("127.0.0.1").setPort(port).setURI(path))
            .compose(request -> request.send())
            .compose(head -> head.body().map(body -> new Got(head, body.toString()))));
  }

  @Test
  void carriesARequestAndItsAnswer() {
    rig.serve(rig.backend(request -> request.response().end("hello " + request.uri())));
    Got got = get(rig.http1Port(), "/reviews/1?a=b");
    assertThat(got.head().statusCode()).isEqualTo(200);
    assertThat(got.body()).isEqualTo("hello /reviews/1?a=b");
    assertThat(got.head().getHeader("x-envoy-upstream-service-time")).isNotNull();
  }

  @Test
  void carriesHttp2() {
    rig.serve(
        rig.backend(request -> request.response().end(request.version() + " " + request.uri())));
    Got got = get(rig.http2Port(), "/x");
    assertThat(got.body()).isEqualTo("HTTP_2 /x");
  }

  @Test
  void answers503WithoutEndpoints() {
    rig.serve();
    Got got = get(rig.http1Port(), "/");
    assertThat(got.head().statusCode()).isEqualTo(503);
    assertThat(got.body()).isEqualTo("no healthy upstream");
    assertThat(got.head().getHeader("server")).isEqualTo("waypoint");
    assertThat(got.head().getHeader("content-type")).isEqualTo("text/plain");
    assertThat(got.head().getHeader("date")).endsWith("GMT");
  }

  @Test
  void answers404WhenRoutesExistAndNoneMatches() {
    rig.publish(PolicySet.ALLOW_ALL, RouteTable.compile(List.of()), ProxyRig.endpoints());
    Got got = get(rig.http1Port(), "/");
    assertThat(got.head().statusCode()).isEqualTo(404);
    assertThat(got.body()).isEmpty();
  }

  @Test
  void answers403WhenPolicyDenies() {
    rig.publish(
        Policies.deny(Policies.methods("DELETE")),
        null,
        ProxyRig.endpoints(rig.backend(request -> request.response().end("no"))));
    Got got =
        await(
            rig.http1
                .request(HttpMethod.DELETE, rig.http1Port(), "127.0.0.1", "/")
                .compose(request -> request.send())
                .compose(head -> head.body().map(body -> new Got(head, body.toString()))));
    assertThat(got.head().statusCode()).isEqualTo(403);
    assertThat(got.body()).isEqualTo("RBAC: access denied");
    assertThat(get(rig.http1Port(), "/").head().statusCode()).isEqualTo(200);
  }
}
