// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this program's own files are: the launcher says so. */
final class Home {
  private Home() {}

  /** The YAML of the story that {@code waypoint dev} runs when it is given none. */
  static Path examples() {
    Path examples = Path.of(System.getProperty("waypoint.home", "."), "examples", "bookinfo");
    if (!Files.isDirectory(examples)) {
      throw new Outcome(
          ExitCode.NO_INPUT,
          "the built-in example is not at " + examples,
          "name your own YAML: waypoint dev -f DIR");
    }
    Path here = Path.of("").toAbsolutePath();
    Path there = examples.toAbsolutePath().normalize();
    return there.startsWith(here) ? here.relativize(there) : there;
  }

  /** Checks what the command line names, so that a typing error is not an empty mesh. */
  static void requireReadable(Iterable<Path> files) {
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new Outcome(ExitCode.NO_INPUT, "there is no " + file, "check the path after -f");
      }
      if (!Files.isReadable(file)) {
        throw new Outcome(ExitCode.NO_INPUT, "cannot read " + file, "check its permissions");
      }
    }
  }
}
