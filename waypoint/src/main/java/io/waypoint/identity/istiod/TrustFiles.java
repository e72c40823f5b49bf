// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import io.waypoint.identity.Revocations;
import io.waypoint.identity.Scheduler;
import io.waypoint.identity.TrustBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roots of the mesh and what they have revoked, as the cluster mounts them. Read every second
 * and compared by content, because a mount is replaced behind a link. What cannot be read keeps the
 * last good content and is reported once.
 */
public final class TrustFiles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrustFiles.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final long LARGEST = 8 << 20;

  private record Texts(String roots, String revocations) {}

  private final Path roots;
  private final Path revocations;
  private final Scheduler scheduler;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  private @Nullable Texts judged;
  private volatile @Nullable TrustBundle bundle;
  private volatile @Nullable String problem;
  private Scheduler.@Nullable Task next;
  private boolean closed;

  private TrustFiles(Path roots, Path revocations, Scheduler scheduler) {
    this.roots = roots;
    this.revocations = revocations;
    this.scheduler = scheduler;
  }

  /** Reads once on this thread, then every second on the scheduler's. */
  public static TrustFiles open(IstiodSettings settings, Scheduler scheduler) {
    var files = new TrustFiles(settings.roots(), settings.revocations(), scheduler);
    files.poll();
    return files;
  }

  /** The roots without any trust domain; null before they could be read. */
  public @Nullable TrustBundle bundle() {
    return bundle;
  }

  /** What is wrong with the files as they are now, or null. */
  public @Nullable String problem() {
    return problem;
  }

  /** Calls the listener after every change, on the scheduler's thread. */
  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel();
    }
  }

  private void poll() {
    boolean changed = false;
    synchronized (this) {
      if (closed) {
        return;
      }
      try {
        changed = reload();
      } catch (IOException e) {
        judged = null;
        report(
            e instanceof NoSuchFileException ? e.getMessage() + " does not exist" : e.toString());
      } catch (RuntimeException e) {
        report(Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()));
      }
      next = scheduler.after(PERIOD, this::poll);
    }
    if (changed) {
      listeners.forEach(Runnable::run);
    }
  }

  private boolean reload() throws IOException {
    var texts = new Texts(read(roots), Files.exists(revocations) ? read(revocations) : "");
    if (texts.equals(judged)) {
      return false;
    }
    judged = texts;
    TrustBundle trusted = TrustBundle.parse(texts.roots, Set.of());
    Revocations revoked;
    try {
      revoked = Revocations.parse(texts.revocations);
      problem = null;
    } catch (IllegalArgumentException e) {
      // New roots are not held back by a bad list, nor does a bad list undo a good one.
      TrustBundle last = bundle;
      revoked = last == null ? Revocations.NONE : last.revocations();
      report(revocations + ": " + e.getMessage());
    }
    bundle = new TrustBundle(trusted.roots(), Set.of(), revoked);
    return true;
  }

  private void report(String what) {
    if (!what.equals(problem)) {
      log.atWarn().addKeyValue("problem", what).log("trust files not taken");
    }
    problem = what;
  }

  private static String read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException(file + " is larger than 8 MiB");
    }
    return Files.readString(file);
  }
}
