// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.load.report.Window.Noise;
import io.waypoint.load.report.Window.Quantiles;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlPageTest {
  private static Window window(String system) {
    Quantiles quantiles = new Quantiles(1, 1, 10, 20, 30);
    return new Window(
        system,
        0,
        5,
        1_000,
        0,
        Map.of(),
        200,
        7,
        3,
        quantiles,
        quantiles,
        1,
        new Noise(0, 0.01, 1),
        "h",
        false,
        List.of());
  }

  private static CellResult cell(String name, String policies, String token) {
    return new CellResult(
        "policies",
        "?",
        name,
        Map.of("policies", policies, "token", token),
        200,
        new RateBasis(RateBasis.Kind.SHARE, 0.5, 0),
        Map.of("direct", 900.0),
        List.of(window("waypoint"), window("envoy")),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        true,
        true);
  }

  private static String page(CellResult... cells) {
    var machine = new Machine("cpu", 2, "Linux", "25", "abc", "2026", true, Map.of());
    return HtmlPage.of(new RunResult(machine, List.of(cells), true), List.of(), List.of());
  }

  /** A token costs something of its own: its cells are no points of that line. */
  @Test
  void costAgainstPoliciesIsOfRequestsWithoutTokens() {
    String page =
        page(
            cell("0 policies", "0", "none"),
            cell("1000 policies", "1000", "none"),
            cell("token carried", "1", "carried"),
            cell("JWT with cache", "1", "verified"));

    int from = page.indexOf("CPU per request against policies");
    String drawing = page.substring(from, page.indexOf("</svg>", from));
    assertThat(drawing.split("<circle", -1)).hasSize(1 + 2 * 2);
  }
}
