// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.vertx.core.MultiMap;
import io.waypoint.telemetry.Logging;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** {@code /logging}, in the spellings of Envoy and of ztunnel. */
final class LogLevels {
  private static final int LONGEST_NAME = 200;
  private static final int MOST_NAMES = 100;

  private LogLevels() {}

  /** {@code name: level}, one a line. */
  static String text() {
    var text = new StringBuilder();
    Logging.levels()
        .forEach((name, level) -> text.append(name).append(": ").append(spell(level)).append('\n'));
    return text.toString();
  }

  /**
   * Takes all of a query or nothing.
   *
   * @return what is wrong with it, or null
   */
  static @Nullable String change(MultiMap query) {
    Map<String, Level> wanted = new LinkedHashMap<>();
    for (Map.Entry<String, String> parameter : query) {
      String wrong =
          parameter.getKey().equals("level")
              ? readList(parameter.getValue(), wanted)
              : read(parameter.getKey(), parameter.getValue(), wanted);
      if (wrong != null) {
        return wrong;
      }
    }
    if (wanted.isEmpty()) {
      return "say which level: ?level=debug or ?level=io.waypoint.proxy:debug";
    }
    if (wanted.size() + Logging.levels().size() > MOST_NAMES) {
      return "more than " + MOST_NAMES + " names; ?level=info forgets them";
    }
    wanted.forEach(LogLevels::set);
    return null;
  }

  private static void set(String name, Level level) {
    if (name.isEmpty()) {
      Logging.setAll(level);
    } else {
      Logging.setLevel(name, level);
    }
  }

  private static @Nullable String readList(String list, Map<String, Level> wanted) {
    for (String item : list.split(",")) {
      int colon = item.lastIndexOf(':');
      String name = colon < 0 ? "" : item.substring(0, colon);
      String wrong = read(name, item.substring(colon + 1), wanted);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static @Nullable String read(String name, String word, Map<String, Level> wanted) {
    if (!isName(name)) {
      return "a logger's name holds letters, digits, dots, dashes, underscores and $";
    }
    Level level =
        switch (word.toLowerCase(Locale.ROOT)) {
          case "trace" -> Level.TRACE;
          case "debug" -> Level.DEBUG;
          case "info" -> Level.INFO;
          case "warn", "warning" -> Level.WARN;
          case "error" -> Level.ERROR;
          default -> null;
        };
    if (level == null) {
      return "the levels are trace, debug, info, warn and error";
    }
    wanted.put(name, level);
    return null;
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && !(c >= '0' && c <= '9') && ".-_$".indexOf(c) < 0) {
        return false;
      }
    }
    return name.length() <= LONGEST_NAME;
  }

  private static String spell(Level level) {
    return level.name().toLowerCase(Locale.ROOT);
  }
}
