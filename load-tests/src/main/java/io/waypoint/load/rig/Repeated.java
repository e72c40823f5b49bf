// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Something that is changed over and over while it is in use, until closed. */
final class Repeated implements AutoCloseable {
  /** One change. */
  interface Step {
    /**
     * @param count from 1
     */
    void make(int count) throws IOException;
  }

  private final Step step;
  private final Thread thread;
  private volatile boolean over;
  private int times;

  /**
   * @param perSecond how often
   */
  Repeated(String name, int perSecond, Step step) {
    this.step = step;
    this.thread = Thread.ofPlatform().name(name).start(() -> repeat(1_000 / perSecond));
  }

  private void repeat(long pause) {
    try {
      while (!over) {
        step.make(++times);
        Thread.sleep(pause);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many changes there were; after {@link #close}. */
  int times() {
    return times;
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
