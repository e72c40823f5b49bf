// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finished flows on their way from one event loop to the access log's thread: a bounded ring with
 * one writer and one reader, without locks. A full ring drops the flow and counts it.
 */
final class LogRing {
  private final AtomicReferenceArray<@Nullable Flow> slots;
  private final int mask;
  private final Runnable wake;
  private final AtomicLong dropped = new AtomicLong();
  private int writeAt;
  private int readAt;

  /**
   * @param size a power of two
   * @param wake tells the reader that there is something to read; must not block
   */
  LogRing(int size, Runnable wake) {
    this.slots = new AtomicReferenceArray<>(size);
    this.mask = size - 1;
    this.wake = wake;
  }

  /** Called by the event loop. */
  void offer(Flow flow) {
    int at = writeAt & mask;
    if (slots.getAcquire(at) != null) {
      dropped.setOpaque(dropped.getPlain() + 1);
      return;
    }
    slots.set(at, flow);
    writeAt++;
    wake.run();
  }

  /** Called by the reader; null when there is nothing. */
  @Nullable Flow poll() {
    int at = readAt & mask;
    Flow flow = slots.getAcquire(at);
    if (flow == null) {
      return null;
    }
    slots.setRelease(at, null);
    readAt++;
    return flow;
  }

  long dropped() {
    return dropped.getOpaque();
  }
}
