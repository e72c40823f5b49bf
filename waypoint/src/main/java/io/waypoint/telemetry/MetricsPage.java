// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One scrape in Prometheus' text format, made chunk by chunk, so that a page of many megabytes is
 * never in memory at once. A chunk ends at the end of a line.
 */
public final class MetricsPage {
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final int CHUNK = 32 * 1024;
  private static final Family[] FAMILIES = Family.values();

  private final List<Series> series;
  private final StringBuilder text = new StringBuilder();
  private final long[] sums = new long[Series.MOST_CELLS];
  private @Nullable String head;
  private int family;
  private int position;
  private boolean named;

  MetricsPage(String meters, String version, List<Series> series) {
    this.series = series;
    this.head =
        meters
            + "# HELP istio_build Istio component build info\n# TYPE istio_build gauge\n"
            + "istio_build{component=\"proxy\",tag=\""
            + version
            + "\"} 1\n";
  }

  /** The next chunk, or null at the end. */
  public @Nullable String next() {
    if (head != null) {
      String first = head;
      head = null;
      return first;
    }
    text.setLength(0);
    while (family < FAMILIES.length && text.length() < CHUNK) {
      if (position < series.size()) {
        write(FAMILIES[family], series.get(position));
        position++;
      } else {
        family++;
        position = 0;
        named = false;
      }
    }
    return text.isEmpty() ? null : text.toString();
  }

  private void write(Family family, Series one) {
    if (!family.has(one.kind)) {
      return;
    }
    if (!named) {
      family.writeHead(text);
      named = true;
    }
    one.sum(sums);
    family.write(text, one.labels, sums);
  }
}
