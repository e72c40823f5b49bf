// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.Locale;

/** Text for HTML and XML. */
final class Html {
  private Html() {}

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A part of one as a whole number of hundredths. */
  static String percent(double part) {
    return String.format(Locale.ROOT, "%.0f", part * 100);
  }

  /** With as many digits as anybody reads; a dash for what is not known. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
