// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.routing.RouteRule;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.MeshService;
import io.waypoint.world.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "routes",
    sortOptions = false,
    description = "The routes of each service port, in the order in which they are matched.",
    footer = {
      "",
      "Examples:",
      "  waypoint routes -f k8s/                all services of this waypoint that have routes",
      "  waypoint routes -f k8s/ shop/reviews   one service",
      "",
      "A request belongs to the first line that matches it: explain tells which one."
    })
final class RoutesCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "PATH",
      required = true,
      description = "YAML file or folder; may be repeated.")
  private List<Path> files = List.of();

  @Option(
      names = "--gateway",
      paramLabel = "NS/NAME",
      description = "Which waypoint is meant, when the files have more than one of our class.")
  private @Nullable String gateway;

  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "namespace/name, or a name.")
  private @Nullable String service;

  private boolean isFirst = true;

  RoutesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    World world = ExplainCommand.Loaded.world(terminal, files, gateway);
    List<MeshService> chosen =
        world.services().stream()
            .filter(s -> s.binding() instanceof Binding.Ours)
            .filter(this::isMeant)
            .toList();
    if (chosen.isEmpty() && service != null) {
      throw new Outcome(
          ExitCode.PROBLEMS,
          "no service of this waypoint is called " + service,
          "waypoint routes without a name lists all");
    }
    for (MeshService each : chosen) {
      each.ports().forEach(this::port);
    }
    if (isFirst) {
      terminal.out().println("no routes: requests go to the services' own endpoints");
    }
    return ExitCode.OK;
  }

  private boolean isMeant(MeshService candidate) {
    return service == null
        || service.equals(candidate.name())
        || service.equals(candidate.namespace() + "/" + candidate.name());
  }

  private void port(Destination port) {
    String title = "Service " + port.namespace() + "/" + port.service() + " port " + port.port();
    RouteTable everybody = port.routes().producer();
    if (everybody != null) {
      table(title, everybody);
    }
    for (Map.Entry<String, RouteTable> own : new TreeMap<>(port.routes().consumers()).entrySet()) {
      table(title + ", for callers of namespace " + own.getKey(), own.getValue());
    }
  }

  private void table(String title, RouteTable table) {
    if (!isFirst) {
      terminal.out().println();
    }
    isFirst = false;
    terminal.out().println(terminal.bold(title));
    List<List<String>> rows = new ArrayList<>();
    for (RouteTable.Entry entry : table.entries()) {
      String position = entry.rule().origin().position();
      rows.add(
          List.of(
              (rows.size() + 1) + ".",
              entry.wants(),
              entry.rule().label(),
              target(entry.rule()),
              position == null ? "" : position));
    }
    if (rows.isEmpty()) {
      terminal.out().println("  none can match: every request is answered 404");
    }
    for (List<String> row : rows) {
      terminal.out().println("  " + Columns.line(row, rows));
    }
  }

  /** Where requests go; a weight says nothing where there is one choice. */
  private static String target(RouteRule rule) {
    for (FilterSpec filter : rule.filters()) {
      if (filter instanceof FilterSpec.RequestRedirect redirect) {
        return "redirect " + redirect.status();
      }
    }
    String shares = rule.shares();
    return rule.choices().size() > 1 ? shares : shares.substring(shares.indexOf(' ') + 1);
  }

  /** Cells under each other. */
  static final class Columns {
    private static final int WIDEST = 60;

    private Columns() {}

    static String line(List<String> row, List<List<String>> rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width =
            rows.stream().mapToInt(r -> Math.min(WIDEST, r.get(column).length())).max().orElse(0);
        line.append(row.get(i));
        if (i + 1 < row.size()) {
          line.append(" ".repeat(Math.max(0, width - row.get(i).length()) + 2));
        }
      }
      return line.toString().stripTrailing();
    }
  }
}
