// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which core is whose: the rig has one to itself and so has the system under test.
 *
 * @param rig generator, backends and this process
 * @param system the system under test alone
 */
public record Cores(int rig, int system) {
  /**
   * The first two that this process may use; it moves to its own at once.
   *
   * @throws RigException when there is one only, or no {@code taskset}
   */
  public static Cores take() {
    List<Integer> allowed = allowed();
    if (allowed.size() < 2) {
      throw new RigException("two cores are needed, one for the system under test alone");
    }
    Cores cores = new Cores(allowed.get(0), allowed.get(1));
    try {
      Process process =
          new ProcessBuilder(
                  "taskset",
                  "-a",
                  "-c",
                  "-p",
                  Integer.toString(cores.rig),
                  Long.toString(ProcessHandle.current().pid()))
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new RigException("taskset failed: " + said.strip());
      }
    } catch (IOException e) {
      throw new RigException("taskset is not there; install util-linux", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RigException("interrupted", e);
    }
    return cores;
  }

  /** How many there are, whoever may use them. */
  public static int ofMachine() {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      return (int) lines.filter(line -> line.matches("cpu\\d+ .*")).count();
    } catch (IOException e) {
      throw new RigException("this needs Linux: there is no /proc/stat", e);
    }
  }

  private static List<Integer> allowed() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      String list =
          lines
              .filter(line -> line.startsWith("Cpus_allowed_list:"))
              .findFirst()
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .orElse("");
      return parse(list);
    } catch (IOException e) {
      throw new RigException("this needs Linux: there is no /proc/self/status", e);
    }
  }

  /** A list as the kernel writes it: {@code 0-3,8}. */
  static List<Integer> parse(String list) {
    List<Integer> cores = new ArrayList<>();
    for (String part : list.split(",")) {
      int dash = part.indexOf('-');
      int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      int to = dash < 0 ? from : Integer.parseInt(part.substring(dash + 1));
      for (int core = from; core <= to; core++) {
        cores.add(core);
      }
    }
    return cores;
  }
}
