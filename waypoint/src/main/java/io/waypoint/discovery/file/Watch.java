// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.file;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hears that something happened in some folders, not what: the files are read anyway. Where the
 * file system cannot announce changes, nothing is heard and polling finds them.
 */
final class Watch implements AutoCloseable {
  /** A file that is written to all the time is read this many quiet times after the first event. */
  private static final int MOST_EXTENSIONS = 2;

  private final @Nullable WatchService service = service();
  private final Map<Path, WatchKey> keys = new HashMap<>();

  private static @Nullable WatchService service() {
    try {
      return FileSystems.getDefault().newWatchService();
    } catch (IOException | UnsupportedOperationException _) {
      return null;
    }
  }

  /**
   * Watches these folders; one that was removed and made anew is another folder.
   *
   * @param contents every change of their files is heard
   * @param names only that files come and go in them is heard, not that they are written to
   */
  void over(Set<Path> contents, Set<Path> names) {
    keys.values().removeIf(key -> !key.isValid());
    contents.forEach(folder -> over(folder, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE));
    names.forEach(folder -> over(folder, ENTRY_CREATE, ENTRY_DELETE));
  }

  private void over(Path folder, WatchEvent.Kind<?>... kinds) {
    if (service == null) {
      return;
    }
    try {
      // Registered once more, a folder keeps its key.
      keys.put(folder, folder.register(service, kinds));
    } catch (IOException | ClosedWatchServiceException _) {
      keys.remove(folder);
    }
  }

  /** Whether something happened within a time. */
  boolean awaitChange(Duration atMost) throws InterruptedException {
    if (service == null) {
      Thread.sleep(atMost);
      return false;
    }
    try {
      WatchKey key = service.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
      if (key == null) {
        return false;
      }
      key.pollEvents();
      key.reset();
      return true;
    } catch (ClosedWatchServiceException _) {
      throw new InterruptedException();
    }
  }

  /** Waits until nothing happens for a time. */
  void awaitQuiet(Duration quiet) throws InterruptedException {
    int extensions = 0;
    while (awaitChange(quiet) && extensions < MOST_EXTENSIONS) {
      extensions++;
    }
  }

  @Override
  public void close() {
    try {
      if (service != null) {
        service.close();
      }
    } catch (IOException _) {
      keys.clear();
    }
  }
}
