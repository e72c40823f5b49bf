// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** One named logger; its threshold is changed by {@link Logging}. */
final class EventLogger extends LegacyAbstractLogger implements LoggingEventAware {
  private volatile int threshold;

  EventLogger(String name, Level level) {
    this.name = name;
    this.threshold = level.toInt();
  }

  void threshold(Level level) {
    threshold = level.toInt();
  }

  @Override
  public void log(LoggingEvent event) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    write(
        event.getLevel(),
        event.getMessage(),
        event.getArgumentArray(),
        pairs == null ? List.of() : pairs,
        event.getThrowable());
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      @Nullable String pattern,
      @Nullable Object @Nullable [] arguments,
      @Nullable Throwable error) {
    write(level, pattern, arguments, List.of(), error);
  }

  private void write(
      Level level,
      @Nullable String pattern,
      @Nullable Object @Nullable [] arguments,
      List<KeyValuePair> pairs,
      @Nullable Throwable error) {
    String message =
        arguments == null || arguments.length == 0
            ? pattern
            : MessageFormatter.basicArrayFormat(pattern, arguments);
    Logging.sink().write(new Event(level, name, message == null ? "" : message, pairs, error));
  }

  /**
   * @param error its stack trace follows the message
   */
  record Event(
      Level level,
      String logger,
      String message,
      List<KeyValuePair> pairs,
      @Nullable Throwable error) {}

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  private boolean writes(Level level) {
    return level.toInt() >= threshold;
  }

  @Override
  public boolean isTraceEnabled() {
    return writes(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return writes(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return writes(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return writes(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return writes(Level.ERROR);
  }
}
