// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** Callers that go on until they are stopped, and what became of their requests. */
final class Load {
  private static final int MOST_FAILURES = 20;

  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> callers = new ArrayList<>();
  private final LongAdder answered = new LongAdder();
  private final LongAdder tunnels = new LongAdder();
  private volatile boolean stopped;

  /** One turn of a caller. */
  @FunctionalInterface
  interface Turn {
    void take() throws Exception;
  }

  /** Has a caller take turns until it is stopped or too much has failed. */
  void add(Turn turn) {
    callers.add(
        Thread.ofVirtual()
            .start(() -> {
              while (!stopped && failures.size() < MOST_FAILURES) {
                once(turn);
              }
            }));
  }

  /** Has a caller take one turn, which may be a long one. */
  void addOnce(Turn turn) {
    callers.add(Thread.ofVirtual().start(() -> once(turn)));
  }

  private void once(Turn turn) {
    try {
      turn.take();
    } catch (Exception | AssertionError e) {
      failures.add(e);
    }
  }

  /** Whether long turns go on. */
  boolean isOn() {
    return !stopped;
  }

  /** A request has been answered as it should be. */
  void answered() {
    answered.increment();
  }

  void tunnelOpened() {
    tunnels.increment();
  }

  long requests() {
    return answered.sum();
  }

  long tunnels() {
    return tunnels.sum();
  }

  List<Throwable> failures() {
    return List.copyOf(failures);
  }

  /** Lets every caller finish its turn. */
  void stop() throws InterruptedException {
    stopped = true;
    join();
  }

  /** Waits for callers that end by themselves. */
  void join() throws InterruptedException {
    for (Thread caller : callers) {
      caller.join();
    }
  }
}
