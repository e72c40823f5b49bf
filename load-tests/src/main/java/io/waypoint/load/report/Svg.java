// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The drawings of a report, as SVG that needs nothing else. */
final class Svg {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 260;
  private static final int LEFT = 60;
  private static final int BOTTOM = 40;
  private static final int TOP = 14;
  private static final int RIGHT = 110;
  private static final int BAR = 26;
  private static final int LABELS = 280;
  private static final List<String> COLOURS =
      List.of("#2563eb", "#d97706", "#059669", "#9333ea", "#64748b");

  private Svg() {}

  /** A bar of the ratios' chart. */
  record Bar(String label, Ratio ratio) {}

  /** How an axis maps values to the drawing. */
  private record Axis(double low, double high, boolean logarithmic) {
    double at(double value) {
      return logarithmic
          ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
          : (value - low) / (high - low);
    }
  }

  /** Ratios with their intervals, and the line where both are equal. */
  static String ratios(List<Bar> bars) {
    double most =
        Math.max(
            1.2,
            bars.stream().mapToDouble(bar -> Math.min(4, bar.ratio().high())).max().orElse(1.2));
    int height = bars.size() * BAR + BOTTOM;
    StringBuilder svg = open(WIDTH + 120, height);
    double scale = (WIDTH + 120 - LABELS - 60) / most;
    for (int i = 0; i < bars.size(); i++) {
      Ratio ratio = bars.get(i).ratio();
      int y = i * BAR + 4;
      text(svg, LABELS - 8, y + 13, "end", bars.get(i).label());
      double end = LABELS + Math.min(most, ratio.median()) * scale;
      String colour = ratio.high() < 1 ? COLOURS.get(2) : ratio.low() > 1 ? "#dc2626" : "#64748b";
      svg.append(
          form(
              "<rect x='%d' y='%d' width='%.1f' height='16' fill='%s' opacity='.75'/>",
              LABELS, y, end - LABELS, colour));
      double from = LABELS + Math.min(most, ratio.low()) * scale;
      double to = LABELS + Math.min(most, ratio.high()) * scale;
      line(svg, from, y + 8, to, y + 8, "currentColor");
      line(svg, from, y + 4, from, y + 12, "currentColor");
      line(svg, to, y + 4, to, y + 12, "currentColor");
      text(svg, to + 6, y + 13, "start", Html.number(ratio.median()));
    }
    double one = LABELS + scale;
    svg.append(
        form(
            "<line x1='%.1f' y1='0' x2='%.1f' y2='%d' stroke='currentColor'"
                + " stroke-dasharray='3 3'/>",
            one, one, bars.size() * BAR + 4));
    text(svg, one, bars.size() * BAR + 20, "middle", "1 = equal");
    return svg.append("</svg>").toString();
  }

  /** Latency in milliseconds over the percentile, whose axis stretches towards 100 %. */
  static String percentiles(Map<String, List<double[]>> series) {
    return lines(
        series,
        new Axis(1, 10_000, true),
        true,
        x -> "p" + Html.number(100 - 100 / x).replace(".00", "").replace(".0", ""),
        new double[] {1, 2, 10, 100, 1_000, 10_000},
        "latency, ms");
  }

  /** Anything over something that grows by factors, or evenly. */
  static String curve(
      Map<String, List<double[]>> series, boolean byFactors, String across, String up) {
    double low =
        series.values().stream().flatMap(List::stream).mapToDouble(p -> p[0]).min().orElse(1);
    double high =
        series.values().stream().flatMap(List::stream).mapToDouble(p -> p[0]).max().orElse(2);
    if (high <= low) {
      high = low + 1;
    }
    double[] ticks = new double[5];
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = byFactors ? low * Math.pow(high / low, i / 4.0) : low + (high - low) * i / 4.0;
    }
    return lines(
        series,
        new Axis(low, high, byFactors),
        false,
        x -> Html.number(x),
        ticks,
        up + " / " + across);
  }

  private interface Label {
    String of(double value);
  }

  private static String lines(
      Map<String, List<double[]>> series,
      Axis across,
      boolean logarithmic,
      Label label,
      double[] ticks,
      String title) {
    double high =
        series.values().stream().flatMap(List::stream).mapToDouble(p -> p[1]).max().orElse(1);
    double low =
        series.values().stream()
            .flatMap(List::stream)
            .mapToDouble(p -> p[1])
            .filter(y -> y > 0)
            .min()
            .orElse(0.1);
    Axis up =
        logarithmic ? new Axis(low, Math.max(low * 2, high), true) : new Axis(0, high * 1.1, false);
    StringBuilder svg = open(WIDTH, HEIGHT);
    int width = WIDTH - LEFT - RIGHT;
    int height = HEIGHT - TOP - BOTTOM;
    for (double tick : ticks) {
      double x = LEFT + across.at(tick) * width;
      svg.append(grid(x, TOP, x, TOP + height));
      text(svg, x, TOP + height + 16, "middle", label.of(tick));
    }
    for (int i = 0; i <= 4; i++) {
      double value =
          up.logarithmic()
              ? up.low() * Math.pow(up.high() / up.low(), i / 4.0)
              : up.high() * i / 4.0;
      double y = TOP + height - up.at(value) * height;
      svg.append(grid(LEFT, y, LEFT + width, y));
      text(svg, LEFT - 6, y + 4, "end", Html.number(value));
    }
    text(svg, LEFT, HEIGHT - 6, "start", title);
    int colour = 0;
    for (Map.Entry<String, List<double[]>> one : series.entrySet()) {
      String stroke = COLOURS.get(colour % COLOURS.size());
      StringBuilder path = new StringBuilder();
      double x = LEFT;
      double y = TOP;
      for (double[] point : one.getValue()) {
        x = LEFT + Math.max(0, Math.min(1, across.at(point[0]))) * width;
        y = TOP + height - Math.max(0, Math.min(1, up.at(Math.max(point[1], low)))) * height;
        path.append(form("%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
        if (!logarithmic) {
          svg.append(form("<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>", x, y, stroke));
        }
      }
      svg.append(form("<path d='%s' fill='none' stroke='%s' stroke-width='2'/>", path, stroke));
      svg.append(
          form(
              "<text x='%d' y='%d' fill='%s'>%s</text>",
              WIDTH - RIGHT + 10, TOP + 14 + 18 * colour, stroke, Html.escape(one.getKey())));
      colour++;
    }
    return svg.append("</svg>").toString();
  }

  private static StringBuilder open(int width, int height) {
    return new StringBuilder(
        form(
            "<svg viewBox='0 0 %d %d' width='%d' height='%d' role='img'>",
            width, height, width, height));
  }

  private static String grid(double x1, double y1, double x2, double y2) {
    return form("<line class='grid' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>", x1, y1, x2, y2);
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String stroke) {
    svg.append(
        form(
            "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s'/>", x1, y1, x2, y2, stroke));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String words) {
    svg.append(
        form(
            "<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>",
            x, y, anchor, Html.escape(words)));
  }

  /** The formats are constants of this class. */
  @SuppressWarnings("AnnotateFormatMethod")
  private static String form(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
