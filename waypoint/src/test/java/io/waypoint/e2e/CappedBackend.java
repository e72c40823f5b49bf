// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An application that works on so many requests at once and keeps the others waiting: its capacity
 * is {@code atOnce / millis} requests a millisecond, and what is more makes everybody wait.
 */
final class CappedBackend {
  private final Vertx vertx;
  private final int atOnce;
  private final long millis;
  private final Queue<HttpServerRequest> waiting = new ArrayDeque<>();
  private final AtomicInteger most = new AtomicInteger();
  private int working;

  CappedBackend(Vertx vertx, int atOnce, long millis) {
    this.vertx = vertx;
    this.atOnce = atOnce;
    this.millis = millis;
  }

  /** Requests a second. */
  double capacity() {
    return 1_000.0 * atOnce / millis;
  }

  /** How many requests were here at once, at most. */
  int most() {
    return most.get();
  }

  /** Of a server on one event loop. */
  void handle(HttpServerRequest request) {
    waiting.add(request);
    most.accumulateAndGet(working + waiting.size(), Math::max);
    next();
  }

  private void next() {
    while (working < atOnce && !waiting.isEmpty()) {
      HttpServerRequest request = waiting.remove();
      working++;
      vertx.setTimer(
          millis,
          over -> {
            working--;
            request.response().end("done");
            next();
          });
    }
  }
}
