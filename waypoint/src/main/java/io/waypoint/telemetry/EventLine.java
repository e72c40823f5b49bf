// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.telemetry.EventLogger.Event;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/** Puts log events into words. Messages and values are escaped as somebody else's text. */
final class EventLine {
  private static final int TIME_OF_DAY = "2026-01-31T".length();

  private final AccessLog.Format format;
  private final LogFields.Timestamp timestamp = new LogFields.Timestamp();

  EventLine(AccessLog.Format format) {
    this.format = format;
  }

  void append(LogText text, Event event, long millis) {
    switch (format) {
      case TEXT -> appendText(text, event, millis);
      case JSON -> appendJson(text, event, millis);
    }
  }

  private void appendText(LogText text, Event event, long millis) {
    text.plain(timestamp.of(millis).substring(TIME_OF_DAY)).plain(' ');
    text.plain(event.level().name()).plain(event.level().name().length() == 4 ? "  " : " ");
    text.foreign(event.logger().substring(event.logger().lastIndexOf('.') + 1)).plain(": ");
    text.foreign(event.message());
    for (KeyValuePair pair : event.pairs()) {
      String value = String.valueOf(pair.value);
      text.plain(' ').foreign(pair.key).plain('=');
      if (value.isEmpty() || value.indexOf(' ') >= 0) {
        text.quoted(value);
      } else {
        text.foreign(value);
      }
    }
    text.plain('\n');
    if (event.error() != null) {
      trace(event.error()).lines().forEach(line -> text.plain("  ").foreign(line).plain('\n'));
    }
  }

  private void appendJson(LogText text, Event event, long millis) {
    text.plain("{\"time\":\"").plain(timestamp.of(millis)).plain("\",\"level\":\"");
    text.plain(event.level().name().toLowerCase(Locale.ROOT)).plain("\",\"logger\":");
    text.quoted(event.logger()).plain(",\"message\":").quoted(event.message());
    for (KeyValuePair pair : event.pairs()) {
      text.plain(',').quoted(pair.key).plain(':').quoted(String.valueOf(pair.value));
    }
    if (event.error() != null) {
      text.plain(",\"error\":\"").foreign(trace(event.error()), LogText.LONGEST_TRACE).plain('"');
    }
    text.plain("}\n");
  }

  private static String trace(Throwable error) {
    var text = new StringWriter();
    error.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
