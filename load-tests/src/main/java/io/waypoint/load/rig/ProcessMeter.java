// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * CPU and memory of one process from {@code /proc}: the scheduler's nanoseconds of all its threads,
 * divided into kernel and the rest as the clock ticks tell.
 */
final class ProcessMeter {
  /** {@code USER_HZ} of every Linux that matters. */
  private static final double TICKS = 100;

  private final Path proc;
  private final Map<String, Long> threads = new HashMap<>();
  private long gone;

  /**
   * Total CPU so far.
   *
   * @param seconds by the scheduler
   * @param kernel the same inside the kernel, by ticks
   * @param user outside of it, by ticks
   */
  record Cpu(double seconds, double kernel, double user) {
    /** The part of a difference that was spent in the kernel, 0 to 1. */
    static double kernelPart(Cpu before, Cpu after) {
      double kernel = after.kernel - before.kernel;
      double user = after.user - before.user;
      return kernel + user == 0 ? 0 : kernel / (kernel + user);
    }
  }

  /** Megabytes. */
  record Resident(double anonymous, double files) {}

  ProcessMeter(long pid) {
    this.proc = Path.of("/proc", Long.toString(pid));
  }

  /** A thread that ended keeps what it had when it was last seen. */
  Cpu cpu() {
    Map<String, Long> now = new HashMap<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(proc.resolve("task"))) {
      for (Path task : tasks) {
        String text = read(task.resolve("schedstat"));
        if (!text.isEmpty()) {
          now.put(
              task.getFileName().toString(), Long.parseLong(text.substring(0, text.indexOf(' '))));
        }
      }
    } catch (IOException e) {
      throw new RigException("cannot read " + proc, e);
    }
    for (Map.Entry<String, Long> known : threads.entrySet()) {
      if (!now.containsKey(known.getKey())) {
        gone += known.getValue();
      }
    }
    threads.clear();
    threads.putAll(now);
    long nanos = gone;
    for (long thread : now.values()) {
      nanos += thread;
    }
    String stat = read(proc.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return new Cpu(
        nanos / 1e9, Long.parseLong(fields[12]) / TICKS, Long.parseLong(fields[11]) / TICKS);
  }

  Resident resident() {
    double anonymous = 0;
    double files = 0;
    for (String line : read(proc.resolve("status")).split("\n")) {
      if (line.startsWith("RssAnon:")) {
        anonymous = kilobytes(line) / 1024.0;
      } else if (line.startsWith("RssFile:") || line.startsWith("RssShmem:")) {
        files += kilobytes(line) / 1024.0;
      }
    }
    return new Resident(anonymous, files);
  }

  private static long kilobytes(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", ""));
  }

  /** Empty when it is gone. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
