// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/**
 * Fails a test class when an event loop blocked. Only with {@code -Dwaypoint.blockhound=true}, in
 * an execution of its own: it rewrites classes of the JDK.
 */
public final class BlockWatch implements BeforeAllCallback, AfterAllCallback {
  private static final Queue<Throwable> BLOCKED = new ConcurrentLinkedQueue<>();

  static {
    if (Boolean.getBoolean("waypoint.blockhound")) {
      BlockHound.builder()
          .loadIntegrations()
          // Loading a class reads a file, once; and whoever prints has nothing better to do.
          .allowBlockingCallsInside("java.lang.ClassLoader", "loadClass")
          .allowBlockingCallsInside("java.util.logging.Logger", "log")
          // Keys and nonces come from the operating system, which does not make them wait.
          .allowBlockingCallsInside("java.security.SecureRandom", "nextBytes")
          .allowBlockingCallsInside("sun.security.provider.NativePRNG", "engineNextBytes")
          // Netty's allocator changes how many arenas it has under a lock held for some loads and
          // stores, whoever allocates; there is nothing of ours to wait for.
          .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator", "allocate")
          // A busy loop that sleeps for less than a millisecond does it to be woken less often.
          .allowBlockingCallsInside("io.waypoint.hbone.coalescing.Coalescing", "rest")
          // A Vert.x that closes empties its worker queue; no loop has anything else to do by then.
          .allowBlockingCallsInside("io.vertx.core.internal.WorkerPool", "close")
          .blockingMethodCallback(
              method -> BLOCKED.add(new IllegalStateException(method.toString())))
          .install();
    }
  }

  /** A watch that sees nothing would be green as well. */
  private static void proveThatItWatches() {
    Thread loop = new FastThreadLocalThread(() -> LockSupport.parkNanos(1));
    loop.start();
    try {
      loop.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (BLOCKED.isEmpty()) {
      throw new AssertionError("BlockHound does not see a blocked event loop");
    }
    BLOCKED.clear();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (Boolean.getBoolean("waypoint.blockhound")) {
      proveThatItWatches();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Throwable first = BLOCKED.poll();
    if (first != null) {
      AssertionError failure = new AssertionError("an event loop blocked", first);
      BLOCKED.stream().limit(5).forEach(failure::addSuppressed);
      BLOCKED.clear();
      throw failure;
    }
  }
}
