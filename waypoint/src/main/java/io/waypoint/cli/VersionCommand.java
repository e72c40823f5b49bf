// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.hbone.Machinery;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "version",
    description = "Prints the version of the program and of what it stands on.",
    footer = {"", "Example:", "  waypoint version -o json"})
final class VersionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: text)")
  private Format format = Format.text;

  enum Format {
    text,
    json
  }

  VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    BuildInfo build = BuildInfo.load();
    String pattern =
        switch (format) {
          case text -> "waypoint %s (Java %s, Vert.x %s, Netty %s, %s, %s)";
          case json ->
              "{\"version\":\"%s\",\"java\":\"%s\",\"vertx\":\"%s\",\"netty\":\"%s\","
                  + "\"transport\":\"%s\",\"tls\":\"%s\"}";
        };
    Machinery machinery = Machinery.present();
    terminal
        .out()
        .println(
            pattern.formatted(
                build.version(),
                build.java(),
                build.vertx(),
                build.netty(),
                machinery.transport(),
                machinery.tls()));
    return ExitCode.OK;
  }
}
