// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many system calls a process makes for an answer, counted by strace. It slows the process down
 * many times, so this is a run of its own at a low rate, and no other figure comes from it.
 */
final class SystemCalls {
  /** Requests a second that a traced process still answers in time. */
  static final double RATE = 200;

  static final double SECONDS = 3;

  private SystemCalls() {}

  /** Why they cannot be counted here; null when they can. */
  static @Nullable String missing() {
    boolean there =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "strace")));
    return there ? null : "strace is not installed, so system calls are not counted";
  }

  /**
   * Counts while {@code load} runs.
   *
   * @param file for what strace says
   * @return for each answer; NaN when the process may not be traced or answered nothing
   */
  static double during(long pid, Path file, Supplier<Tally> load)
      throws IOException, InterruptedException {
    Process trace =
        new ProcessBuilder(
                List.of("strace", "-f", "-c", "-o", file.toString(), "-p", Long.toString(pid)))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Tally tally;
    try {
      trace.waitFor(1, TimeUnit.SECONDS);
      tally = load.get();
    } finally {
      // It writes its table on an interrupt.
      new ProcessBuilder("kill", "-INT", Long.toString(trace.pid())).start().waitFor();
      if (!trace.waitFor(10, TimeUnit.SECONDS)) {
        trace.destroyForcibly();
      }
    }
    long calls = Files.exists(file) ? total(Files.readString(file)) : 0;
    return calls == 0 || tally.completed() == 0 ? Double.NaN : (double) calls / tally.completed();
  }

  /** Of the table's last line: {@code 100.00 seconds usecs calls errors total}. */
  static long total(String table) {
    return table
        .lines()
        .filter(line -> line.endsWith(" total"))
        .map(line -> line.trim().split("\\s+"))
        .filter(fields -> fields.length >= 5)
        .mapToLong(fields -> Long.parseLong(fields[3]))
        .findFirst()
        .orElse(0);
  }
}
