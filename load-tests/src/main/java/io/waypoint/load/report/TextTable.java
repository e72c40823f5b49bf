// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.ArrayList;
import java.util.List;

/** A cell's result for a terminal: one line a system, then the ratios. */
public final class TextTable {
  private static final List<String> HEADS =
      List.of("system", "req/s", "CPU µs", "user", "kernel", "p50 ms", "p99 ms", "p99.9", "RSS MB");

  private TextTable() {}

  public static String of(CellResult cell) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADS);
    for (String system : cell.systems()) {
      CellResult.Memory memory = cell.memory().get(system);
      rows.add(
          List.of(
              system,
              Html.number(cell.median(system, Window::rate)),
              Html.number(cell.median(system, Window::cpu)),
              Html.number(cell.median(system, Window::user)),
              Html.number(cell.median(system, Window::kernel)),
              Html.number(cell.latency(system, Window.Quantiles::p50) / 1_000),
              Html.number(cell.latency(system, Window.Quantiles::p99) / 1_000),
              Html.number(cell.latency(system, Window.Quantiles::p999) / 1_000),
              memory == null
                  ? "–"
                  : Html.number(memory.loadedAnonymous())
                      + "+"
                      + Html.number(memory.loadedFiles())));
    }
    StringBuilder text =
        new StringBuilder(cell.scenario() + "/" + cell.cell())
            .append(" at ")
            .append(Html.number(cell.offered()))
            .append("/s, ")
            .append(cell.basis().words())
            .append("; the rig alone does ")
            .append(Html.number(cell.capacities().getOrDefault(CellResult.DIRECT, Double.NaN)))
            .append("/s")
            .append(cell.indicative() ? "; indicative\n\n" : "\n\n");
    aligned(text, rows);
    text.append('\n');
    for (String peer : cell.systems()) {
      if (!peer.equals(CellResult.OURS)) {
        text.append("  waypoint ÷ ").append(peer).append("   CPU per request ");
        text.append(cell.ratio(peer, Window::cpu)).append("\n");
        text.append("  waypoint ÷ ").append(peer).append("   p99 latency     ");
        text.append(cell.latencyRatio(peer, Window.Quantiles::p99)).append('\n');
      }
    }
    cell.missing()
        .forEach((name, why) ->
            text.append("  missing: ").append(name).append(": ").append(why).append('\n'));
    return text.toString();
  }

  private static void aligned(StringBuilder text, List<List<String>> rows) {
    for (List<String> row : rows) {
      text.append("  ");
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(0);
        String cell = row.get(column);
        String pad = " ".repeat(width - cell.length());
        text.append(column == 0 ? cell + pad : pad + cell).append("  ");
      }
      text.append('\n');
    }
  }
}
