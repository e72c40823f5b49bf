// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class when a buffer of it was not released. Netty finds out only when the garbage
 * collector has been there, so each class ends with a collection.
 */
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  // Before Netty's first buffer, or its detectors are there already.
  static {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Recording());
    proveThatItWatches();
  }

  /** A watch that sees nothing would be green as well. */
  private static void proveThatItWatches() {
    forget();
    for (int attempt = 0; LEAKS.isEmpty(); attempt++) {
      if (attempt == 100) {
        throw new AssertionError("a buffer that nobody released was not noticed");
      }
      collect();
    }
    LEAKS.clear();
  }

  @SuppressWarnings("CheckReturnValue")
  private static void forget() {
    PooledByteBufAllocator.DEFAULT.buffer(1);
  }

  private static void collect() {
    System.gc();
    // Netty reports what it found when the next buffer is made.
    PooledByteBufAllocator.DEFAULT.buffer(1).release();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // To be loaded is enough.
  }

  @Override
  public void afterAll(ExtensionContext context) {
    collect();
    List<String> found = new ArrayList<>();
    for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
      found.add(leak);
    }
    if (!found.isEmpty()) {
      throw new AssertionError("buffers were not released:\n" + String.join("\n", found));
    }
  }

  private static final class Recording extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation")
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return new RecordingDetector<>(resource, samplingInterval);
    }
  }

  private static final class RecordingDetector<T> extends ResourceLeakDetector<T> {
    RecordingDetector(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      LEAKS.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      LEAKS.add(resourceType);
    }
  }
}
