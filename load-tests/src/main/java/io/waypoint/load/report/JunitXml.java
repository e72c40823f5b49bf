// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The outcomes as a test report, which every CI can show. */
public final class JunitXml {
  private JunitXml() {}

  public static void write(Path file, List<Thresholds.Outcome> outcomes) throws IOException {
    StringBuilder xml =
        new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"bench\"");
    xml.append(" tests=\"").append(outcomes.size()).append("\" failures=\"");
    xml.append(outcomes.stream().filter(Thresholds.Outcome::fails).count());
    xml.append("\" skipped=\"");
    xml.append(outcomes.stream().filter(o -> o.verdict() == Thresholds.Verdict.UNKNOWN).count());
    xml.append("\">\n");
    for (Thresholds.Outcome outcome : outcomes) {
      xml.append("  <testcase classname=\"bench\" name=\"");
      xml.append(Html.escape(outcome.title())).append("\">");
      switch (outcome.verdict()) {
        case MISSED, INCOMPARABLE ->
            xml.append("<failure message=\"").append(Html.escape(outcome.line())).append("\"/>");
        case UNKNOWN ->
            xml.append("<skipped message=\"").append(Html.escape(outcome.detail())).append("\"/>");
        case AIM, MUST ->
            xml.append("<system-out>").append(Html.escape(outcome.line())).append("</system-out>");
      }
      xml.append("</testcase>\n");
    }
    Files.writeString(file, xml.append("</testsuite>\n").toString());
  }
}
