// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.waypoint.http1.Part;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Locality;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpstreamsTest {
  private static final UpstreamSettings SMALL =
      new UpstreamSettings(
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofSeconds(60),
          2,
          2,
          8 * 1024,
          Locality.UNKNOWN);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context loop = vertx.getOrCreateContext();
  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final Upstreams upstreams =
      onLoop(() ->
          new Upstreams(vertx, SMALL, new SharedBackends(SharedBackends.Meters.NONE), now::get));

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private interface Task<T> {
    T run();
  }

  private <T> T onLoop(Task<T> task) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(v -> done.complete(task.run()));
    return await(done.future());
  }

  private static EndpointSet set(Endpoint endpoint) {
    return new EndpointSet("reviews", "default", 80, false, List.of(endpoint));
  }

  private Endpoint serve(HttpServerOptions options) {
    HttpServer server =
        vertx
            .createHttpServer(options)
            .connectionHandler(connection -> {
              accepted.incrementAndGet();
              open.incrementAndGet();
              connection.closeHandler(v -> open.decrementAndGet());
            })
            .requestHandler(request -> request.response().end("ok"));
    await(server.listen(0, "127.0.0.1"));
    return endpoint(server.actualPort());
  }

  private static Endpoint endpoint(int port) {
    return new Endpoint(new InetSocketAddress("127.0.0.1", port), null, "default/pod", true);
  }

  /** Someone who waits, and remembers what came. */
  private static final class Waiter implements Acquisition {
    final Promise<Waiter> decided = Promise.promise();
    private @Nullable UpstreamRequest request;
    private @Nullable UpstreamConnection connection;
    @Nullable UpstreamFailure failure;
    boolean gone;

    UpstreamRequest request() {
      return Objects.requireNonNull(request);
    }

    UpstreamConnection connection() {
      return Objects.requireNonNull(connection);
    }

    @Override
    public boolean isWaiting() {
      return !gone;
    }

    @Override
    public void acquired(UpstreamRequest got, UpstreamConnection on) {
      request = got;
      connection = on;
      decided.complete(this);
    }

    @Override
    public void failed(UpstreamFailure why) {
      failure = why;
      decided.complete(this);
    }
  }

  private Waiter ask(Endpoint endpoint, boolean http2) {
    return ask(endpoint, http2, false);
  }

  private Waiter ask(Endpoint endpoint, boolean http2, boolean fresh) {
    var waiter = new Waiter();
    onLoop(() -> {
      upstreams.acquire(set(endpoint), endpoint, http2, fresh, waiter);
      return waiter;
    });
    return waiter;
  }

  private Waiter acquire(Endpoint endpoint, boolean http2) {
    return await(ask(endpoint, http2).decided.future());
  }

  /** Sends it, reads the answer and gives the connection back. */
  private void finish(Waiter waiter) {
    finish(waiter, true);
  }

  private void finish(Waiter waiter, boolean reusable) {
    Promise<Void> answered = Promise.promise();
    Promise<Void> done = Promise.promise();
    loop.runOnContext(v -> {
      waiter.request().listen(new Reader(answered));
      waiter.request().head("GET", "/", "a");
      waiter.request().end(null);
      answered
          .future()
          .onComplete(end -> {
            waiter.connection().release(reusable && end.succeeded());
            done.complete();
          });
    });
    await(done.future());
  }

  /** Reads an answer to its end. */
  private record Reader(Promise<Void> end)
      implements UpstreamRequest.Listener, UpstreamResponse.Sink {
    @Override
    public void goAhead() {}

    @Override
    public void earlyHints(MultiMap hints) {}

    @Override
    public void answered(UpstreamResponse response) {
      response.flowTo(this);
    }

    @Override
    public void failed(Throwable cause) {
      end.tryFail(cause);
    }

    @Override
    public void drained() {}

    @Override
    public void part(Part part) {}

    @Override
    public void ended() {
      end.tryComplete();
    }
  }

  @Test
  void keepsAConnectionForTheNextRequest() {
    Endpoint endpoint = serve(new HttpServerOptions());
    for (int i = 0; i < 5; i++) {
      Waiter waiter = acquire(endpoint, false);
      assertThat(waiter.connection().isReused()).isEqualTo(i > 0);
      assertThat(onLoop(() -> upstreams.active(set(endpoint), endpoint))).isEqualTo(1);
      finish(waiter);
    }
    assertThat(accepted).hasValue(1);
    assertThat(onLoop(() -> upstreams.active(set(endpoint), endpoint))).isZero();
  }

  @Test
  void aKeptConnectionIsNotGivenToWhoWantsAFreshOne() {
    Endpoint endpoint = serve(new HttpServerOptions());
    finish(acquire(endpoint, false));
    Waiter waiter = await(ask(endpoint, false, true).decided.future());
    assertThat(waiter.connection().isReused()).isFalse();
    finish(waiter);
    assertThat(accepted).hasValue(2);
  }

  @Test
  void whatIsNotReusableIsClosed() {
    Endpoint endpoint = serve(new HttpServerOptions());
    finish(acquire(endpoint, false), false);
    Waiter next = acquire(endpoint, false);
    assertThat(next.connection().isReused()).isFalse();
    finish(next);
    assertThat(accepted).hasValue(2);
  }

  @Test
  void waitsInLineForAConnectionAndRefusesBeyondTheLimit() {
    Endpoint endpoint = serve(new HttpServerOptions());
    Waiter first = acquire(endpoint, false);
    Waiter second = acquire(endpoint, false);
    Waiter third = ask(endpoint, false);
    Waiter fourth = ask(endpoint, false);
    Waiter fifth = ask(endpoint, false);
    assertThat(fifth.failure).isEqualTo(UpstreamFailure.OVERFLOW);
    assertThat(third.decided.future().isComplete()).isFalse();
    fourth.gone = true;
    finish(first);
    finish(await(third.decided.future()));
    finish(second);
    assertThat(fourth.decided.future().isComplete()).isFalse();
    assertThat(accepted).hasValue(2);
  }

  @Test
  void http2SharesAConnectionUpToThePeersLimit() {
    Endpoint endpoint =
        serve(
            new HttpServerOptions()
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(2)));
    List<Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waiters.add(acquire(endpoint, true));
    }
    waiters.forEach(this::finish);
    finish(acquire(endpoint, true));
    assertThat(accepted).hasValue(2);
  }

  @Test
  void aClosedPortFailsEveryoneWhoWaits() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    for (boolean http2 : new boolean[] {false, true}) {
      Waiter first = ask(endpoint(port), http2);
      Waiter second = ask(endpoint(port), http2);
      assertThat(await(first.decided.future()).failure).isEqualTo(UpstreamFailure.CONNECT);
      assertThat(await(second.decided.future()).failure).isEqualTo(UpstreamFailure.CONNECT);
    }
  }

  @Test
  void aPeerThatNeverBecomesReadyIsGivenUp() throws IOException {
    try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Waiter waiter = acquire(endpoint(silent.getLocalPort()), true);
      assertThat(waiter.failure).isEqualTo(UpstreamFailure.TIMEOUT);
    }
  }

  @Test
  void idleConnectionsAreClosedAndForgotten() {
    Endpoint endpoint = serve(new HttpServerOptions());
    finish(acquire(endpoint, false));
    finish(acquire(endpoint, true));
    assertThat(open).hasValue(2);
    now.addAndGet(Duration.ofSeconds(61).toNanos());
    Promise<Void> closed = Promise.promise();
    vertx.setPeriodic(
        20,
        id -> {
          if (open.get() == 0) {
            vertx.cancelTimer(id);
            closed.complete();
          }
        });
    await(closed.future());
    finish(acquire(endpoint, false));
    assertThat(accepted).hasValue(3);
  }

  @Test
  void aConnectionThatDiesWhileKeptIsNotGivenOut() {
    List<io.vertx.core.http.HttpConnection> connections = new ArrayList<>();
    HttpServer server =
        vertx
            .createHttpServer()
            .connectionHandler(connections::add)
            .requestHandler(request -> request.response().end());
    await(server.listen(0, "127.0.0.1"));
    Endpoint endpoint = endpoint(server.actualPort());
    Waiter first = acquire(endpoint, false);
    finish(first);
    await(connections.getFirst().close());
    Promise<Void> seen = Promise.promise();
    vertx.setPeriodic(
        10,
        id -> {
          if (!first.connection().hasRoom()) {
            vertx.cancelTimer(id);
            seen.complete();
          }
        });
    await(seen.future());
    assertThat(acquire(endpoint, false).connection().isReused()).isFalse();
  }
}
