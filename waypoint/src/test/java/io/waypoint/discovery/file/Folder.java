// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.file;

import io.waypoint.config.Problem;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A folder that is watched, and what was reported about it. */
final class Folder implements AutoCloseable, DiscoveryReport {
  /** One report: either a world with its changes, or the problems of a rejected change. */
  record Event(@Nullable World world, List<String> changes, List<Problem> problems) {}

  private final Path path;
  private final WorldHolder holder = new WorldHolder();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable FileDiscovery discovery;

  Folder(Path path) {
    this.path = path;
  }

  Folder write(String file, String text) {
    try {
      Files.writeString(path.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** As editors save: a new file takes the place of the old one at once. */
  void rename(String file, String text) throws IOException {
    Path fresh = Files.writeString(path.resolve("." + file + ".tmp"), text);
    Files.move(
        fresh,
        path.resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  Folder start(Path... paths) {
    return start(FileDiscovery.Pace.DEFAULT, paths);
  }

  Folder start(FileDiscovery.Pace pace, Path... paths) {
    var translator = new Translator(Scope.ONLY_GATEWAY, LocalTable.ANNOTATED);
    List<Path> watched = paths.length == 0 ? List.of(path) : List.of(paths);
    var started = new FileDiscovery(watched, translator, holder, this, pace);
    discovery = started;
    started.start();
    return this;
  }

  Event next() throws InterruptedException {
    Event event = events.poll(20, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing was reported");
    }
    return event;
  }

  /** Whether nothing was reported that was not asked for. */
  boolean isQuiet(Duration during) throws InterruptedException {
    return events.poll(during.toNanos(), TimeUnit.NANOSECONDS) == null;
  }

  WorldHolder holder() {
    return holder;
  }

  Path path() {
    return path;
  }

  @Override
  public void published(World world, List<String> changes, List<Problem> problems) {
    events.add(new Event(world, changes, problems));
  }

  @Override
  public void rejected(List<Problem> problems) {
    events.add(new Event(null, List.of(), problems));
  }

  @Override
  public void close() {
    if (discovery != null) {
      discovery.close();
    }
  }
}
