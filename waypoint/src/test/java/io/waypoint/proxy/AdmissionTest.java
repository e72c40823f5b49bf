// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.LocalReply;
import io.waypoint.filters.security.Authorizer;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.RequestFacts;
import io.waypoint.rbac.jwt.KeySource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Step 3 when somebody outside is asked first. */
class AdmissionTest {
  private final AtomicInteger served = new AtomicInteger();

  private record Got(int status, String body) {}

  /** Asked about every request, whatever the policies say. */
  private static ProxyRig rig(Function<Exchange, Decision> answer) {
    return new ProxyRig(
        ProxySettings.DEFAULTS,
        new Advisers(
            KeySource.NONE,
            new Authorizer() {
              @Override
              public boolean guards(PolicySet policies) {
                return true;
              }

              @Override
              public Decision ask(PolicySet policies, RequestFacts facts, Exchange exchange) {
                return answer.apply(exchange);
              }
            }));
  }

  private void serve(ProxyRig rig) {
    rig.serve(
        rig.backend(request -> {
          served.incrementAndGet();
          request.body().onSuccess(body -> request.response().end("got " + body));
        }));
  }

  private static Got post(ProxyRig rig, String body) {
    return await(
        rig.http1
            .request(HttpMethod.POST, rig.http1Port(), "127.0.0.1", "/x")
            .compose(request -> request.send(Buffer.buffer(body)))
            .compose(head -> head.body().map(b -> new Got(head.statusCode(), b.toString()))));
  }

  @Test
  void theAnswerOfAnAuthorizerEndsTheExchange() {
    try (var rig =
        rig(x -> new Decision.Respond(new LocalReply(418, "no", "UAEX", "ext_authz_denied")))) {
      serve(rig);
      assertThat(post(rig, "a")).isEqualTo(new Got(418, "no"));
      assertThat(served).hasValue(0);
    }
  }

  @Test
  void aRequestWaitsForItsAuthorizerWithItsBody() {
    var answer = new CompletableFuture<Decision>();
    try (var rig = rig(x -> new Decision.Await(answer))) {
      serve(rig);
      rig.vertx.setTimer(20, id -> answer.complete(Decision.CONTINUE));
      String body = "b".repeat(200_000);
      assertThat(post(rig, body)).isEqualTo(new Got(200, "got " + body));
    }
  }

  @Test
  void anAuthorizerThatFailsLetsNothingPass() {
    try (var rig =
        rig(x -> new Decision.Await(CompletableFuture.failedFuture(new IllegalStateException())))) {
      serve(rig);
      assertThat(post(rig, "a").status()).isEqualTo(500);
      assertThat(served).hasValue(0);
    }
  }

  @Test
  void anAuthorizerThatThrowsLetsNothingPass() {
    try (var rig =
        rig(x -> {
          throw new IllegalStateException("broken");
        })) {
      serve(rig);
      assertThat(post(rig, "a").status()).isEqualTo(500);
      assertThat(served).hasValue(0);
    }
  }

  @Test
  void policyDecidesAfterTheAuthorizerAllowed() {
    try (var rig = rig(x -> Decision.CONTINUE)) {
      rig.publish(Policies.closed(), null, ProxyRig.endpoints(ProxyRig.endpoint(1)));
      assertThat(post(rig, "a")).isEqualTo(new Got(403, "RBAC: access denied"));
    }
  }

  @Test
  void aLateAnswerToACallerWhoHasGoneIsIgnored() throws Exception {
    var asked = new CompletableFuture<Void>();
    var answer = new CompletableFuture<Decision>();
    try (var rig =
        rig(x -> {
          asked.complete(null);
          return new Decision.Await(answer);
        })) {
      serve(rig);
      try (var client = new RawClient(rig.http1Port())) {
        client.send("GET / HTTP/1.1\r\nHost: reviews\r\n\r\n");
        asked.get(10, java.util.concurrent.TimeUnit.SECONDS);
      }
      rig.untilQuiet();
      answer.complete(Decision.CONTINUE);
      rig.onLoop(() -> {});
      assertThat(served).hasValue(0);
    }
  }
}
