// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Rewrites a configuration to and fro while it is in use, as an editor or a config map would. */
final class Flipper implements AutoCloseable {
  private final Path file;
  private final String[] texts;
  private final Thread thread;
  private volatile boolean over;
  private int flips;

  /**
   * @param perSecond how often
   */
  Flipper(Path file, String one, String other, int perSecond) {
    this.file = file;
    this.texts = new String[] {one, other};
    this.thread = Thread.ofPlatform().name("flips").start(() -> flip(1_000 / perSecond));
  }

  private void flip(long pause) {
    try {
      while (!over) {
        flips++;
        Path aside = file.resolveSibling(".flip");
        Files.writeString(aside, texts[flips % 2]);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        Thread.sleep(pause);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many there were; after {@link #close}. */
  int flips() {
    return flips;
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
