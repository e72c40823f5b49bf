// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A process of the control plane, with its output in a file. */
final class Program implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final String name;
  private final Path log;
  private final Process process;

  private Program(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  static Program start(String name, Path folder, List<String> command, Map<String, String> set) {
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(set);
    try {
      return new Program(name, log, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a probe succeeds; fails with the end of the log when the process ends first. */
  Program await(Duration most, BooleanSupplier ready) {
    long end = System.nanoTime() + most.toNanos();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        close();
        throw new IllegalStateException(name + " did not start:\n" + tail());
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return this;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The last lines of what it said. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** As {@code kill -9}. */
  void kill() {
    process.destroyForcibly();
    join(Duration.ofSeconds(10));
  }

  @Override
  public void close() {
    process.destroy();
    if (!join(Duration.ofSeconds(5))) {
      kill();
    }
  }

  private boolean join(Duration most) {
    try {
      return process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A port that was free a moment ago; the programs cannot be told to choose one themselves. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
