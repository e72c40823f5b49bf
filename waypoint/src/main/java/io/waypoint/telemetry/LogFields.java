// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** How the fields of one line are laid out. Every value is taken as somebody else's text. */
sealed interface LogFields {
  void begin();

  void time(String key, long millis);

  void requestLine(@Nullable String method, @Nullable String path, @Nullable String protocol);

  void number(String key, long value);

  void word(String key, @Nullable String value);

  /** A value that may hold spaces. */
  void quoted(String key, @Nullable String value);

  void end();

  /** {@code {"key":value,...}}; what is not known is null. */
  final class Json implements LogFields {
    private final LogText text;
    private final Timestamp timestamp = new Timestamp();
    private char separator;

    Json(LogText text) {
      this.text = text;
    }

    @Override
    public void begin() {
      separator = '{';
    }

    @Override
    public void time(String key, long millis) {
      key(key).plain('"').plain(timestamp.of(millis)).plain('"');
    }

    @Override
    public void requestLine(
        @Nullable String method, @Nullable String path, @Nullable String protocol) {
      word("method", method);
      word("path", path);
      word("protocol", protocol);
    }

    @Override
    public void number(String key, long value) {
      key(key).number(value);
    }

    @Override
    public void word(String key, @Nullable String value) {
      LogText after = key(key);
      if (value == null) {
        after.plain("null");
      } else {
        after.quoted(value);
      }
    }

    @Override
    public void quoted(String key, @Nullable String value) {
      word(key, value);
    }

    @Override
    public void end() {
      text.plain("}\n");
    }

    private LogText key(String key) {
      text.plain(separator).plain('"').plain(key).plain("\":");
      separator = ',';
      return text;
    }
  }

  /** Values separated by one space; what is not known is {@code -}. */
  final class Plain implements LogFields {
    private final LogText text;
    private final Timestamp timestamp = new Timestamp();

    Plain(LogText text) {
      this.text = text;
    }

    @Override
    public void begin() {}

    @Override
    public void time(String key, long millis) {
      text.plain('[').plain(timestamp.of(millis)).plain(']');
    }

    @Override
    public void requestLine(
        @Nullable String method, @Nullable String path, @Nullable String protocol) {
      text.plain(" \"").foreign(orDash(method)).plain(' ').foreign(orDash(path));
      text.plain(' ').foreign(orDash(protocol)).plain('"');
    }

    @Override
    public void number(String key, long value) {
      text.plain(' ').number(value);
    }

    @Override
    public void word(String key, @Nullable String value) {
      text.plain(' ').foreign(orDash(value));
    }

    @Override
    public void quoted(String key, @Nullable String value) {
      text.plain(' ').quoted(orDash(value));
    }

    @Override
    public void end() {
      text.plain('\n');
    }

    private static String orDash(@Nullable String value) {
      return value == null || value.isEmpty() ? "-" : value;
    }
  }

  /** {@code 2026-01-31T23:59:59.123Z}; the part down to the second is kept between calls. */
  final class Timestamp {
    private static final DateTimeFormatter SECOND =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

    private long second = Long.MIN_VALUE;
    private String prefix = "";

    String of(long millis) {
      long now = Math.floorDiv(millis, 1_000L);
      if (now != second) {
        second = now;
        prefix = SECOND.format(Instant.ofEpochSecond(now));
      }
      long rest = Math.floorMod(millis, 1_000L);
      return prefix + (rest < 10 ? "00" : rest < 100 ? "0" : "") + rest + "Z";
    }
  }
}
