// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.file;

import io.waypoint.config.Code;
import io.waypoint.config.Position;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.Inventory;
import io.waypoint.discovery.WorldDiff;
import io.waypoint.discovery.translate.Translation;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.world.WorldHolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The world from files, kept up to date until closed.
 *
 * <pre>
 *   watch ──event or 1 s──► settle (100 ms without event) ──► read ── same bytes ──► watch
 *                                                              │ changed
 *                                                              ▼
 *                                                          translate ── refused ──► report once
 *                                                              │ good
 *                                                              ▼
 *                                                        publish, report the difference
 * </pre>
 *
 * <p>A file that vanished or became empty is looked at again before it is believed: that is also
 * what a save looks like half-way.
 */
public final class FileDiscovery implements AutoCloseable {
  /** How files are watched. The poll finds what the file system does not announce. */
  public record Pace(Duration debounce, Duration poll) {
    public static final Pace DEFAULT = new Pace(Duration.ofMillis(100), Duration.ofSeconds(1));
  }

  private final FileSet files;
  private final Translator translator;
  private final WorldHolder holder;
  private final DiscoveryReport report;
  private final Pace pace;
  private final Watch watch = new Watch();
  private FileSet.@Nullable Snapshot seen;
  private Inventory inForce = Inventory.EMPTY;
  private volatile List<Problem> said = List.of();
  private long generation;
  private long hostsSeen;
  private boolean closed;
  private @Nullable Thread thread;

  public FileDiscovery(
      List<Path> paths,
      Translator translator,
      WorldHolder holder,
      DiscoveryReport report,
      Pace pace) {
    this.files = new FileSet(paths);
    this.translator = translator;
    this.holder = holder;
    this.report = report;
    this.pace = pace;
  }

  /**
   * Reads the files on this thread, publishes the world if they are good, and watches from then on
   * either way.
   *
   * @return whether a world was published
   */
  public boolean start() {
    watch.over(files.watched(), files.parents());
    load(files.read());
    translator.hosts().onChange(() -> Thread.ofVirtual().start(this::hostsChanged));
    thread = Thread.ofPlatform().daemon().name("file-discovery").start(this::run);
    return hasWorld();
  }

  private synchronized boolean hasWorld() {
    return generation > 0;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        watch.over(files.watched(), files.parents());
        if (watch.awaitChange(pace.poll())) {
          watch.awaitQuiet(pace.debounce());
        }
        look();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    FileSet.Snapshot now = files.read();
    FileSet.Snapshot before = seen();
    if (before != null && now.lostSomethingSince(before)) {
      watch.awaitQuiet(pace.debounce());
      now = files.read();
    }
    if (before == null || !now.sameAs(before)) {
      load(now);
    }
  }

  private synchronized FileSet.@Nullable Snapshot seen() {
    return seen;
  }

  /** Whoever is late finds that another has done it. */
  private synchronized void hostsChanged() {
    FileSet.Snapshot last = seen;
    if (last != null && !closed && hostsSeen != translator.hosts().version()) {
      load(last);
    }
  }

  /** A defect in reading must end neither the watch nor the traffic. */
  private synchronized void load(FileSet.Snapshot snapshot) {
    seen = snapshot;
    hostsSeen = translator.hosts().version();
    try {
      use(snapshot);
    } catch (RuntimeException | StackOverflowError e) {
      var failed = new Problems();
      Position everywhere = Position.whole(Source.file("configuration", ""));
      failed.error(Code.READER_FAILED, "", everywhere, "reading failed: " + e, null);
      said = failed.sorted();
      report.rejected(said);
    }
  }

  private void use(FileSet.Snapshot snapshot) {
    Translation translation = Validation.of(snapshot, translator, generation + 1).translation();
    List<Problem> problems = translation.problems();
    List<Problem> news = sameWords(problems, said) ? List.of() : problems;
    said = problems;
    if (translation.isRefused()) {
      if (!news.isEmpty()) {
        report.rejected(news);
      }
      return;
    }
    generation++;
    List<String> changes =
        generation == 1 ? List.of() : WorldDiff.between(inForce, translation.inventory());
    inForce = translation.inventory();
    holder.publish(translation.world());
    report.published(translation.world(), changes, news);
  }

  /** A problem that moved with its line is the same problem to whoever has read it. */
  private static boolean sameWords(List<Problem> a, List<Problem> b) {
    return a.stream()
        .map(FileDiscovery::words)
        .toList()
        .equals(b.stream().map(FileDiscovery::words).toList());
  }

  private static String words(Problem problem) {
    return problem.severity() + problem.position().source().name() + problem.message();
  }

  /** What is wrong with the files as they are now; from any thread. */
  public List<Problem> problems() {
    return said;
  }

  /** Stops watching; the world that was published last stays in force. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
    watch.close();
  }
}
