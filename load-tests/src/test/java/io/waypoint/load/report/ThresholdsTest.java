// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.load.report.Thresholds.Verdict;
import io.waypoint.load.report.Window.Noise;
import io.waypoint.load.report.Window.Quantiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThresholdsTest {
  private static final Noise QUIET = new Noise(0, 0.01, 1);
  private static final Noise NOISY = new Noise(0, 0.5, 9);

  private final List<Window> windows = new ArrayList<>();

  private void pair(double ours, double theirs, Noise noise) {
    int pair = windows.size() / 2;
    windows.add(window("waypoint", pair, ours, noise, List.of()));
    windows.add(window("envoy", pair, theirs, noise, List.of()));
  }

  private static Window window(
      String system, int pair, double cpu, Noise noise, List<String> voids) {
    Quantiles quantiles = new Quantiles(cpu, cpu, cpu * 10, cpu * 20, cpu * 30);
    return new Window(
        system, pair, 5, 1_000, 0, Map.of(), 200, cpu * 0.7, cpu * 0.3, quantiles, quantiles, 1,
        noise, "h", false, voids);
  }

  private CellResult cell(Map<String, String> missing) {
    return cell("32 tunnels", 200, new RateBasis(RateBasis.Kind.SHARE, 0.5, 0), missing);
  }

  private CellResult cell(
      String name, double offered, RateBasis basis, Map<String, String> missing) {
    return new CellResult(
        "small",
        "?",
        name,
        Map.of("routes", "1"),
        offered,
        basis,
        Map.of("direct", 900.0),
        List.copyOf(windows),
        Map.of(),
        Map.of(),
        Map.of(),
        missing,
        true,
        true);
  }

  private RunResult run(Map<String, String> missing) {
    Machine machine =
        new Machine("cpu", 2, "Linux", "25", "abc", "2026", true, Map.of("waypoint", "<1>"));
    return new RunResult(machine, List.of(cell(missing)), true);
  }

  private static List<Thresholds.Outcome> judge(RunResult run, double must, double aim) {
    return judge(run, "peer: envoy, must: " + must + ", aim: " + aim);
  }

  private static List<Thresholds.Outcome> judge(RunResult run, String rule) {
    Problems problems = new Problems();
    Thresholds thresholds =
        Thresholds.read(
            Source.file(
                "t", "thresholds:\n- {cell: small/32 tunnels, figure: cpu, " + rule + "}\n"),
            problems);
    assertThat(problems.sorted()).isEmpty();
    return thresholds.judge(run);
  }

  @Test
  void theRatioIsTheMedianOfPairsAndNotOfSums() {
    pair(40, 100, QUIET);
    pair(400, 1_000, QUIET);
    pair(60, 100, QUIET);

    Ratio ratio = cell(Map.of()).ratio("envoy", Window::cpu);

    assertThat(ratio.median()).isCloseTo(0.4, within(0.001));
    assertThat(ratio.low()).isCloseTo(0.4, within(0.001));
    assertThat(ratio.high()).isCloseTo(0.6, within(0.001));
  }

  @Test
  void aNoisyPairIsLeftOutWhileHalfOfThemRemain() {
    pair(40, 100, QUIET);
    pair(40, 100, QUIET);
    pair(900, 100, NOISY);

    assertThat(cell(Map.of()).ratio("envoy", Window::cpu).used()).isEqualTo(2);
    pair(900, 100, NOISY);
    pair(900, 100, NOISY);
    assertThat(cell(Map.of()).ratio("envoy", Window::cpu).noisy()).isTrue();
  }

  @Test
  void aVoidWindowTakesItsPairAlong() {
    windows.add(window("waypoint", 0, 1, QUIET, List.of("3 × status 503")));
    windows.add(window("envoy", 0, 100, QUIET, List.of()));

    assertThat(cell(Map.of()).ratio("envoy", Window::cpu).isKnown()).isFalse();
    assertThat(judge(run(Map.of()), 0.5, 0.4).getFirst().verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void aimMustAndMissedAreToldApart() {
    pair(45, 100, QUIET);

    assertThat(judge(run(Map.of()), 0.6, 0.5).getFirst().verdict()).isEqualTo(Verdict.AIM);
    assertThat(judge(run(Map.of()), 0.5, 0.4).getFirst().verdict()).isEqualTo(Verdict.MUST);
    assertThat(judge(run(Map.of()), 0.4, 0.3).getFirst().verdict()).isEqualTo(Verdict.MISSED);
  }

  @Test
  void aPeerThatCouldNotBeInstalledIsTold() {
    windows.add(window("waypoint", 0, 1, QUIET, List.of()));

    Thresholds.Outcome outcome = judge(run(Map.of("envoy", "no network")), 1, 1).getFirst();

    assertThat(outcome.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(outcome.detail()).contains("missing").contains("no network");
  }

  private RunResult beside(double offered) {
    RateBasis fixed = RateBasis.of(0.7, 200, 1_000);
    CellResult one = cell("32 tunnels", 200, fixed, Map.of());
    CellResult other = cell("few", offered, RateBasis.of(0.7, offered, 1_000), Map.of());
    return new RunResult(run(Map.of()).machine(), List.of(one, other), true);
  }

  @Test
  void cellsAskedAtOneRateAreCompared() {
    pair(45, 100, QUIET);
    String rule = "against: small/few, must: 1.1";

    Thresholds.Outcome outcome = judge(beside(203), rule).getFirst();

    assertThat(outcome.verdict()).isEqualTo(Verdict.AIM);
    assertThat(outcome.measured()).isCloseTo(1, within(0.001));
  }

  @Test
  void cellsAskedAtDifferentRatesAreNotCompared(@TempDir Path folder) throws IOException {
    pair(45, 100, QUIET);
    Path file = folder.resolve("junit.xml");

    List<Thresholds.Outcome> outcomes = judge(beside(210), "against: small/few, must: 1.1");

    assertThat(outcomes.getFirst().verdict()).isEqualTo(Verdict.INCOMPARABLE);
    assertThat(outcomes.getFirst().fails()).isTrue();
    assertThat(outcomes.getFirst().line())
        .startsWith("REFUSED")
        .contains("not comparable: offered 200/s, few offered 210/s");
    JunitXml.write(file, outcomes);
    assertThat(Files.readString(file)).contains("failures=\"1\"").contains("not comparable");
    assertThat(HtmlPage.of(beside(210), outcomes, List.of(folder)))
        .contains("class='incomparable'");
  }

  /** Whoever stops a run is not told that its rates were wrong. */
  @Test
  void aCellWithoutWindowsIsUnknownAndNotRefused() {
    Thresholds.Outcome outcome = judge(beside(210), "against: small/few, must: 1.1").getFirst();

    assertThat(outcome.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(outcome.fails()).isFalse();
  }

  /** A colour of its own, or nobody could tell the lines of a drawing apart. */
  @Test
  void theStyleOfThePageLeavesColouredTextsAlone(@TempDir Path folder) {
    String page = HtmlPage.of(run(Map.of()), List.of(), List.of(folder));

    assertThat(page).contains("svg text:not([fill]){fill:currentColor}");
  }

  @Test
  void aRateThatSomebodyCannotTakeIsLoweredAndToldEverywhere(@TempDir Path folder) {
    pair(45, 100, QUIET);
    RateBasis basis = RateBasis.of(0.7, 1_500, 1_000);
    CellResult cell = cell("32 tunnels", basis.rate(1_000), basis, Map.of());
    RunResult run = new RunResult(run(Map.of()).machine(), List.of(cell), true);

    assertThat(basis.kind()).isEqualTo(RateBasis.Kind.LOWERED);
    assertThat(cell.offered()).isCloseTo(700, within(0.001));
    String told = "700/s, lowered from a fixed 1,500/s to 70 % of the smallest capacity";
    assertThat(TextTable.of(cell)).contains("at " + told);
    assertThat(HtmlPage.of(run, List.of(), List.of(folder)))
        .contains(">lowered<")
        .contains("lowered from");
  }

  @Test
  void aFixedRateIsOfferedWhateverTheCapacity() {
    pair(45, 100, QUIET);
    RateBasis basis = RateBasis.of(0.7, 1_500, 90_000);

    assertThat(basis.rate(90_000)).isEqualTo(1_500);
    assertThat(TextTable.of(cell("few", 1_500, basis, Map.of()))).contains("1,500/s, fixed;");
    assertThat(RateBasis.of(0.5, 0, 90_000).rate(90_000)).isEqualTo(45_000);
  }

  @Test
  void aResultOfBeforeThereWasAChoiceOfRateCanStillBeRead(@TempDir Path folder) throws IOException {
    pair(45, 100, QUIET);
    Store.write(folder, run(Map.of()));
    Path file = folder.resolve("result.json");
    String old = Files.readString(file).replaceAll("(?s)\"basis\" : \\{[^}]*},\\s*", "");
    assertThat(old).doesNotContain("basis");
    Files.writeString(file, old);

    assertThat(Store.read(folder).cells().getFirst().basis().kind())
        .isEqualTo(RateBasis.Kind.SHARE);
  }

  @Test
  void whatIsStoredIsWhatIsRead(@TempDir Path folder) throws IOException {
    pair(45, 100, QUIET);
    RunResult run = run(Map.of("haproxy", "not installed"));

    Store.write(folder, run);

    assertThat(Store.read(folder)).isEqualTo(run);
  }

  @Test
  void thePageIsWholeAndEscaped(@TempDir Path folder) throws IOException {
    pair(45, 100, QUIET);
    Files.writeString(folder.resolve("h"), "1.0 0.0 1 1.00\n2.0 0.9 9 10.00\n");

    RunResult run = run(Map.of());
    String page = HtmlPage.of(run, judge(run, 0.5, 0.4), List.of(folder));

    assertThat(page).contains("&lt;1&gt;").contains("<svg").endsWith("</body></html>\n");
    assertThat(page).doesNotContain("http://").doesNotContain("https://").doesNotContain("src=");
  }

  @Test
  void aMissedThresholdFailsInTheTestReport(@TempDir Path folder) throws IOException {
    pair(45, 100, QUIET);
    Path file = folder.resolve("junit.xml");

    JunitXml.write(file, judge(run(Map.of()), 0.4, 0.3));

    assertThat(Files.readString(file)).contains("failures=\"1\"").contains("<failure message=");
  }
}
