// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * The one page: everything that was measured, with its drawings, and nothing loaded from anywhere.
 */
public final class HtmlPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:1280px;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.5rem}h2{margin-top:2.2rem;font-size:1.2rem}h3{font-size:1rem;margin-bottom:.3rem}
      table{display:block;overflow-x:auto;border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.18rem .5rem;text-align:right;border-bottom:1px solid #8884}
      td{white-space:nowrap}td:first-child,th:first-child,td.words{text-align:left}tr.start td{border-top:2px solid #8886}
      .missed,.incomparable{color:#dc2626;font-weight:600}.aim{color:#059669;font-weight:600}.must{color:#2563eb}.unknown,.note{opacity:.7}
      svg{max-width:100%;height:auto}svg text{font-size:12px}svg text:not([fill]){fill:currentColor}svg .grid{stroke:#8884}
      details{margin:.4rem 0}code{font-size:.9em}
      """;

  private final StringBuilder html = new StringBuilder();
  private final RunResult run;
  private final List<Path> folders;

  private HtmlPage(RunResult run, List<Path> folders) {
    this.run = run;
    this.folders = folders;
  }

  /**
   * @param folders where the histograms of the run may be; the first that has one counts
   */
  public static String of(RunResult run, List<Thresholds.Outcome> outcomes, List<Path> folders) {
    HtmlPage page = new HtmlPage(run, folders);
    page.head();
    page.outcomes(outcomes);
    page.ratios();
    page.byCount("routes", "routes/");
    page.byCount("policies", "policies/");
    page.curve();
    Map<String, List<CellResult>> scenarios = new LinkedHashMap<>();
    run.cells()
        .forEach(cell ->
            scenarios.computeIfAbsent(cell.scenario(), name -> new ArrayList<>()).add(cell));
    scenarios.forEach(page::scenario);
    return page.html.append("</body></html>\n").toString();
  }

  private void head() {
    Machine machine = run.machine();
    html.append("<!doctype html><html lang='en'><head><meta charset='utf-8'>")
        .append("<meta name='viewport' content='width=device-width'>")
        .append("<title>waypoint bench</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>waypoint bench</h1><p>");
    if (machine.coLocated()) {
      html.append(
          "Co-located: the system under test has a core of one machine to itself, the generator and"
              + " the backends share another. Ratios within a pair are what counts; throughput is a"
              + " lower bound. ");
    }
    html.append(run.complete() ? "" : "<b>Stopped before its end.</b> ").append("</p><table>");
    row("machine", machine.processor() + ", " + machine.cores() + " cores");
    row("kernel", machine.kernel());
    row("JDK", machine.java());
    row("commit", machine.commit());
    row("date", machine.date());
    machine.versions().forEach(this::row);
    html.append("</table>");
  }

  private void row(String name, String value) {
    html.append("<tr><th>")
        .append(Html.escape(name))
        .append("</th><td class='words'>")
        .append(Html.escape(value))
        .append("</td></tr>");
  }

  private void outcomes(List<Thresholds.Outcome> outcomes) {
    if (outcomes.isEmpty()) {
      return;
    }
    html.append("<h2>Thresholds</h2><table><tr><th>what</th><th>measured</th><th>must</th>")
        .append("<th>aim</th><th></th></tr>");
    for (Thresholds.Outcome outcome : outcomes) {
      String verdict = outcome.verdict().name().toLowerCase(java.util.Locale.ROOT);
      html.append("<tr><td>")
          .append(Html.escape(outcome.title()))
          .append("</td><td>")
          .append(Html.escape(outcome.detail()))
          .append("</td><td>")
          .append(Thresholds.Outcome.number(outcome.must()))
          .append("</td><td>")
          .append(Thresholds.Outcome.number(outcome.aim()))
          .append("</td><td class='")
          .append(verdict)
          .append("'>")
          .append(verdict)
          .append("</td></tr>");
    }
    html.append("</table>");
  }

  private void ratios() {
    List<Svg.Bar> cpu = new ArrayList<>();
    List<Svg.Bar> tail = new ArrayList<>();
    for (CellResult cell : run.cells()) {
      String label = cell.scenario() + ", " + cell.cell();
      Ratio ratio = cell.ratio("envoy", Window::cpu);
      if (ratio.isKnown()) {
        cpu.add(new Svg.Bar(label, ratio));
      }
      Ratio p99 = cell.latencyRatio("envoy", Window.Quantiles::p99);
      if (p99.isKnown()) {
        tail.add(new Svg.Bar(label, p99));
      }
    }
    if (!cpu.isEmpty()) {
      html.append("<h2>CPU per request, waypoint ÷ Envoy</h2>").append(Svg.ratios(cpu));
    }
    if (!tail.isEmpty()) {
      html.append("<h2>p99 latency, waypoint ÷ Envoy</h2>").append(Svg.ratios(tail));
    }
  }

  /** How the cost grows with a number of the mesh's; tokens cost something of their own. */
  private void byCount(String figure, String scenario) {
    Map<String, List<double[]>> series = new LinkedHashMap<>();
    for (CellResult cell : run.cells()) {
      boolean bare = cell.load().getOrDefault("token", "none").equals("none");
      if ((cell.scenario() + "/").equals(scenario) && bare) {
        double count = Math.max(1, Double.parseDouble(cell.load().getOrDefault(figure, "1")));
        add(series, cell, count, window -> window.cpu());
      }
    }
    if (!series.isEmpty()) {
      html.append("<h2>CPU per request against ").append(figure).append("</h2>");
      html.append(Svg.curve(series, true, figure, "µs"));
    }
  }

  private void curve() {
    Map<String, List<double[]>> series = new LinkedHashMap<>();
    for (CellResult cell : run.cells()) {
      if (isOfCurve(cell)) {
        for (String system : cell.systems()) {
          double p99 = cell.latency(system, Window.Quantiles::p99) / 1_000;
          if (!Double.isNaN(p99)) {
            series
                .computeIfAbsent(system, name -> new ArrayList<>())
                .add(new double[] {cell.median(system, Window::rate), p99});
          }
        }
      }
    }
    series.values().forEach(points -> points.sort(Comparator.comparingDouble(point -> point[0])));
    if (!series.isEmpty()) {
      html.append("<h2>Latency against throughput</h2>");
      html.append(Svg.curve(series, false, "requests a second", "p99, ms"));
    }
  }

  /** The cells of small GETs at 32 tunnels are points of the same curve. */
  private static boolean isOfCurve(CellResult cell) {
    return cell.scenario().equals("curve")
        || (cell.scenario().equals("small") && cell.cell().startsWith("32 tunnels"));
  }

  private static void add(
      Map<String, List<double[]>> series,
      CellResult cell,
      double x,
      ToDoubleFunction<Window> figure) {
    for (String system : cell.systems()) {
      double y = cell.median(system, figure);
      if (!Double.isNaN(y)) {
        series.computeIfAbsent(system, name -> new ArrayList<>()).add(new double[] {x, y});
      }
    }
  }

  private void scenario(String name, List<CellResult> cells) {
    html.append("<h2>").append(Html.escape(name)).append("</h2><p>");
    html.append(Html.escape(cells.getFirst().question())).append("</p>");
    html.append("<table><tr><th>cell</th><th>system</th><th>offered/s</th><th>CPU µs</th>")
        .append("<th>user</th><th>kernel</th><th>p50 ms</th><th>p90</th><th>p99</th><th>p99.9</th>")
        .append("<th>RSS idle</th><th>loaded</th><th>of files</th><th>rested</th><th>ready s</th>")
        .append("<th>calls</th><th>CPU ratio</th></tr>");
    cells.forEach(this::rows);
    html.append("</table>");
    for (CellResult cell : cells) {
      cell.missing()
          .forEach((who, why) ->
              html.append("<p class='missed'>")
                  .append(Html.escape(who + " is missing: " + why))
                  .append("</p>"));
      details(cell);
    }
  }

  private void rows(CellResult cell) {
    boolean first = true;
    for (String system : cell.systems()) {
      CellResult.Memory memory =
          Objects.requireNonNullElse(cell.memory().get(system), CellResult.Memory.UNKNOWN);
      html.append(first ? "<tr class='start'><td>" : "<tr><td>")
          .append(
              first
                  ? Html.escape(cell.cell())
                      + (cell.indicative() ? " <small>indicative</small>" : "")
                  : "")
          .append("</td><td class='words'>")
          .append(Html.escape(system))
          .append("</td>");
      html.append("<td>").append(Html.number(cell.offered()));
      switch (cell.basis().kind()) {
        case SHARE -> {}
        case FIXED -> html.append(" <small>fixed</small>");
        case LOWERED -> html.append(" <small class='missed'>lowered</small>");
      }
      html.append("</td>");
      number(cell.median(system, Window::cpu));
      number(cell.median(system, Window::user));
      number(cell.median(system, Window::kernel));
      number(cell.latency(system, Window.Quantiles::p50) / 1_000);
      number(cell.latency(system, Window.Quantiles::p90) / 1_000);
      number(cell.latency(system, Window.Quantiles::p99) / 1_000);
      number(cell.latency(system, Window.Quantiles::p999) / 1_000);
      number(memory.idleAnonymous() + memory.idleFiles());
      number(memory.loadedAnonymous() + memory.loadedFiles());
      number(memory.loadedFiles());
      number(memory.rested() > 0 ? memory.rested() : Double.NaN);
      number(cell.started().getOrDefault(system, Double.NaN));
      number(cell.calls().getOrDefault(system, Double.NaN));
      html.append("<td>");
      if (!system.equals(CellResult.OURS)) {
        html.append(Html.escape(cell.ratio(system, Window::cpu).toString()));
      }
      html.append("</td></tr>");
      first = false;
    }
  }

  private void number(double value) {
    html.append("<td>").append(Html.number(value)).append("</td>");
  }

  private void details(CellResult cell) {
    Map<String, List<double[]>> series = new LinkedHashMap<>();
    for (String system : cell.systems()) {
      cell.of(system).stream()
          .filter(window -> !window.late())
          .findFirst()
          .ifPresent(window -> series.put(system, points(window)));
    }
    long voids = cell.windows().stream().filter(window -> !window.counts()).count();
    long late = cell.windows().stream().filter(Window::late).count();
    html.append("<details><summary>")
        .append(Html.escape(cell.cell()))
        .append(": percentiles, windows</summary>");
    if (series.values().stream().anyMatch(points -> !points.isEmpty())) {
      html.append(Svg.percentiles(series));
    }
    html.append("<p class='note'>")
        .append(cell.windows().size())
        .append(" windows at ")
        .append(Html.number(cell.offered()))
        .append("/s (")
        .append(Html.escape(cell.basis().words()))
        .append("), ")
        .append(voids)
        .append(" void, in ")
        .append(late)
        .append(" the generator was late. The rig alone does ")
        .append(Html.number(cell.capacities().getOrDefault(CellResult.DIRECT, Double.NaN)))
        .append("/s.</p><table><tr><th>system</th><th>pair</th><th>rate</th><th>CPU µs</th>")
        .append(
            "<th>p99 ms</th><th>lag p99 ms</th><th>foreign</th><th>steal</th><th>void</th></tr>");
    for (Window window : cell.windows()) {
      html.append("<tr><td>").append(Html.escape(window.system())).append("</td>");
      number(window.pair());
      number(window.rate());
      number(window.cpu());
      number(window.latency().p99() / 1_000);
      number(window.lagMicros() / 1_000);
      number(window.noise().foreign());
      number(window.noise().steal());
      html.append("<td class='words'>")
          .append(Html.escape(String.join(", ", window.voids())))
          .append("</td></tr>");
    }
    html.append("</table></details>");
  }

  /** From the histogram's file: one over the part above, and milliseconds. */
  private List<double[]> points(Window window) {
    List<double[]> points = new ArrayList<>();
    Path file =
        folders.stream()
            .map(folder -> folder.resolve(window.histogram()))
            .filter(Files::isReadable)
            .findFirst()
            .orElse(null);
    if (file == null) {
      // The figures of the table are in the JSON; only the drawing needs the file.
      return points;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        String[] columns = line.trim().split("\\s+");
        if (columns.length == 4 && columns[0].matches("[0-9.]+") && columns[3].matches("[0-9.]+")) {
          points.add(
              new double[] {
                Double.parseDouble(columns[3]), Double.parseDouble(columns[0]) / 1_000
              });
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return points;
  }
}
