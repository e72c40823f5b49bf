// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process of the rig on a core of its own, with its output in a file. */
final class Pinned implements AutoCloseable {
  private static final int TAIL = 1_200;

  private final String name;
  private final Process process;
  private final Path said;
  private final long startedAt = System.nanoTime();

  private Pinned(String name, Process process, Path said) {
    this.name = name;
    this.process = process;
    this.said = said;
  }

  /**
   * @param core where it may run
   * @param out where its standard output goes
   * @param said where its standard error goes
   */
  static Pinned start(
      String name,
      int core,
      List<String> command,
      Map<String, String> environment,
      Path out,
      Path said)
      throws IOException {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
    pinned.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(pinned)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(said.toFile()));
    builder.environment().putAll(environment);
    return new Pinned(name, builder.start(), said);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until {@code ready} says so.
   *
   * @return seconds since the start
   * @throws RigException when it ends before, or takes longer
   */
  double await(BooleanSupplier ready, int seconds) throws InterruptedException {
    long deadline = startedAt + TimeUnit.SECONDS.toNanos(seconds);
    while (!ready.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new RigException(name + " ended with " + process.exitValue() + ": " + tail());
      }
      if (System.nanoTime() > deadline) {
        throw new RigException(name + " is not ready after " + seconds + " s: " + tail());
      }
      Thread.sleep(5);
    }
    return (System.nanoTime() - startedAt) / 1e9;
  }

  private String tail() {
    try {
      String text = Files.readString(said).strip();
      return text.length() <= TAIL ? text : "…" + text.substring(text.length() - TAIL);
    } catch (IOException e) {
      return "and left no word";
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
