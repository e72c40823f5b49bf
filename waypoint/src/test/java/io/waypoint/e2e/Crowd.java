// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Callers of a waypoint that is about to end. Each keeps its connection until it is told to go
 * elsewhere, which it obeys; every request that it had sent by then must be answered. A tunnel that
 * is refused is no failure once the signal was sent: there is no other waypoint here.
 */
final class Crowd {
  private static final String HOST = "web";
  private static final long REFUSED_STREAM = 7;

  private final Node node;
  private final H2cCaller h2c;
  private final Load load = new Load();
  private final AtomicInteger underWay = new AtomicInteger();
  private final LongAdder answeredAfterwards = new LongAdder();
  private final LongAdder told = new LongAdder();
  private final LongAdder unprocessed = new LongAdder();
  private volatile boolean signalled;
  private volatile int underWayAtTheSignal;

  Crowd(Node node) {
    this.node = node;
    this.h2c = new H2cCaller(node.vertx(), node.outbound(), Stage.CALLER);
  }

  /** One more caller over HTTP/1.1. */
  void http1(String path) {
    http1(path, Duration.ZERO);
  }

  /**
   * @param thinking how long the caller is silent between an answer and the next request
   */
  void http1(String path, Duration thinking) {
    load.addOnce(() -> {
      boolean open = true;
      while (open) {
        open = visitByHttp1(path, thinking);
      }
    });
  }

  /** One more caller over HTTP/1.1 who leaves after a single answer, and comes again. */
  void passerBy(String path) {
    load.addOnce(() -> {
      boolean open = true;
      while (open) {
        open = passByHttp1(path);
      }
    });
  }

  /** One more caller over HTTP/2, who asks for all paths at a time. */
  void http2(String... paths) {
    load.addOnce(() -> {
      boolean open = true;
      while (open) {
        open = visitByHttp2(List.of(paths));
      }
    });
  }

  /** From now on to be told to go is expected. */
  void signal() {
    underWayAtTheSignal = underWay.get();
    signalled = true;
  }

  /** Waits until there is nowhere to go for anybody. */
  Load gone() throws InterruptedException {
    load.join();
    return load;
  }

  /** Waits until the callers have got so many answers. */
  void warmUp(long answers) throws InterruptedException {
    while (load.requests() < answers && load.failures().isEmpty()) {
      Thread.sleep(20);
    }
  }

  int underWayAtTheSignal() {
    return underWayAtTheSignal;
  }

  long answeredAfterwards() {
    return answeredAfterwards.sum();
  }

  long told() {
    return told.sum();
  }

  @Override
  public String toString() {
    return "%d requests over %d tunnels; at the signal %d under way, %d answered after it, %d told to go, %d not processed"
        .formatted(
            load.requests(),
            load.tunnels(),
            underWayAtTheSignal,
            answeredAfterwards.sum(),
            told.sum(),
            unprocessed.sum());
  }

  private void answered() {
    load.answered();
    if (signalled) {
      answeredAfterwards.increment();
    }
  }

  /** Stays on one tunnel as long as it may; returns whether there may be another. */
  private boolean visitByHttp1(String path, Duration thinking) throws Exception {
    SocksSocket opened = enter();
    if (opened == null) {
      return false;
    }
    try (SocksSocket socket = opened) {
      while (!ask(socket, path)) {
        Thread.sleep(thinking);
        if (socket.hasEnded()) {
          return true;
        }
      }
    }
    told.increment();
    return true;
  }

  private boolean passByHttp1(String path) throws IOException {
    SocksSocket opened = enter();
    if (opened == null) {
      return false;
    }
    try (SocksSocket socket = opened) {
      ask(socket, path);
    }
    return true;
  }

  /** A new tunnel; null when there is nowhere to go any more. */
  private @Nullable SocksSocket enter() throws IOException {
    try {
      SocksSocket socket = new SocksSocket(node.outbound(), Stage.CALLER, HOST, 80);
      load.tunnelOpened();
      return socket;
    } catch (IOException e) {
      refused(e);
      return null;
    }
  }

  /** Returns whether the answer says that it is the last. */
  private boolean ask(SocksSocket socket, String path) throws IOException {
    underWay.incrementAndGet();
    String head = socket.get(HOST, path);
    underWay.decrementAndGet();
    assertThat(head).startsWith("HTTP/1.1 200 ");
    answered();
    return head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n");
  }

  private <E extends Exception> boolean refused(E failure) throws E {
    if (!signalled) {
      throw failure;
    }
    return false;
  }

  private boolean visitByHttp2(List<String> paths) throws Exception {
    HttpClientConnection connection;
    try {
      connection = h2c.connect(HOST);
    } catch (Exception e) {
      return refused(e);
    }
    load.tunnelOpened();
    AtomicBoolean leaving = new AtomicBoolean();
    connection.shutdownHandler(v -> leaving.set(true));
    while (!leaving.get()) {
      List<Future<Void>> answers = new ArrayList<>();
      for (String path : paths) {
        answers.add(ask(connection, path));
      }
      Future.join(answers).await();
    }
    told.increment();
    connection.close().await();
    return true;
  }

  private Future<Void> ask(HttpClientConnection connection, String path) {
    return connection
        .request(new RequestOptions().setHost(HOST).setPort(80).setURI(path))
        .compose(this::send);
  }

  private Future<Void> send(HttpClientRequest request) {
    underWay.incrementAndGet();
    return request
        .send()
        .compose(response -> {
          assertThat(response.statusCode()).isEqualTo(200);
          return response.end();
        })
        .onComplete(done -> underWay.decrementAndGet())
        .onSuccess(v -> answered())
        .recover(failure -> {
          if (signalled && wasNotProcessed(request, failure)) {
            unprocessed.increment();
            return Future.succeededFuture();
          }
          return Future.failedFuture(failure);
        });
  }

  /** Only what HTTP/2 itself says (RFC 9113 section 8.7). */
  private static boolean wasNotProcessed(HttpClientRequest request, Throwable failure) {
    if (failure instanceof StreamResetException reset) {
      return reset.getCode() == REFUSED_STREAM;
    }
    GoAway last = failure instanceof HttpClosedException closed ? closed.goAway() : null;
    return last != null && Integer.compareUnsigned(request.streamId(), last.getLastStreamId()) > 0;
  }
}
