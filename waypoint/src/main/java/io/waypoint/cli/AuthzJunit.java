// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.expectation.Expectations;
import io.waypoint.expectation.ExpectedSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The outcome of expectations as the report that build servers read: a suite for each set. */
final class AuthzJunit {
  private AuthzJunit() {}

  static String of(List<Expectations.Outcome> outcomes) {
    Map<ExpectedSet, List<Expectations.Outcome>> sets = new LinkedHashMap<>();
    for (Expectations.Outcome outcome : outcomes) {
      sets.computeIfAbsent(outcome.set(), set -> new ArrayList<>()).add(outcome);
    }
    var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append("<testsuites name=\"waypoint authz check\"").append(counts(outcomes)).append(">\n");
    sets.forEach((set, ofSet) -> {
      xml.append("  <testsuite name=\"").append(escape(set.name())).append('"');
      xml.append(counts(ofSet)).append(">\n");
      ofSet.forEach(outcome -> testcase(xml, outcome));
      xml.append("  </testsuite>\n");
    });
    return xml.append("</testsuites>\n").toString();
  }

  private static String counts(List<Expectations.Outcome> outcomes) {
    long failures = outcomes.stream().filter(outcome -> !outcome.isAsExpected()).count();
    return " tests=\"" + outcomes.size() + "\" failures=\"" + failures + "\" errors=\"0\"";
  }

  private static void testcase(StringBuilder xml, Expectations.Outcome outcome) {
    xml.append("    <testcase classname=\"").append(escape(outcome.set().name()));
    xml.append("\" name=\"").append(escape(outcome.request().name()));
    xml.append("\" file=\"").append(escape(outcome.request().position().source().name()));
    xml.append("\" line=\"").append(outcome.request().position().line()).append('"');
    if (outcome.isAsExpected()) {
      xml.append("/>\n");
      return;
    }
    xml.append(">\n      <failure message=\"");
    xml.append(escape(String.join("; ", outcome.differences()))).append("\">");
    xml.append(escape(AuthzText.mismatch(outcome))).append("</failure>\n    </testcase>\n");
  }

  /** What XML cannot hold becomes a question mark. */
  private static String escape(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> escaped.append("&amp;");
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '"' -> escaped.append("&quot;");
            case '\n' -> escaped.append("&#10;");
            default -> escaped.appendCodePoint(isXml(c) ? c : '?');
          }
        });
    return escaped.toString();
  }

  private static boolean isXml(int c) {
    return c >= 0x20 && c != 0x7f && (c < 0xd800 || c > 0xdfff) && c != 0xfffe && c != 0xffff;
  }
}
