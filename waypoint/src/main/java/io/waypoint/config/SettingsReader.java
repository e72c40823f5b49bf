// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import io.waypoint.config.WaypointSettings.Drain;
import io.waypoint.config.WaypointSettings.Instance;
import io.waypoint.config.WaypointSettings.Keys;
import io.waypoint.config.WaypointSettings.Limits;
import io.waypoint.config.WaypointSettings.Mesh;
import io.waypoint.config.WaypointSettings.Ports;
import io.waypoint.config.WaypointSettings.Timeouts;
import io.waypoint.rbac.AddressBlocks;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads static settings into their records. The records are the schema: a component's name is the
 * setting's, its type says how the text is read, so that no setting can be forgotten here.
 */
final class SettingsReader {
  private static final String PREFIX = "WAYPOINT_";

  private static final String NAME_SERVERS = "instance.nameServers";
  private static final String COALESCING = "limits.coalescingMicros";

  /** To fall asleep for less is dearer than to be woken. */
  private static final int LEAST_COALESCING = 50;

  private static final String BLOCKS = "keys.refused";

  private final Doc file;
  private final Map<String, String> environment;
  private final Map<String, String> flags;
  private final Problems problems;

  SettingsReader(
      @Nullable Doc file,
      Map<String, String> environment,
      Map<String, String> flags,
      Problems problems) {
    this.problems = problems;
    this.file = file == null ? Doc.nothing(problems) : file;
    this.environment = environment;
    this.flags = flags;
  }

  WaypointSettings read() {
    WaypointSettings defaults = WaypointSettings.DEFAULTS;
    List<RecordComponent> groups = List.of(WaypointSettings.class.getRecordComponents());
    file.only(groups.stream().map(RecordComponent::getName).toList());
    unknownFlags(names().toList());
    unknownVariables(names().map(SettingsReader::variable).toList());
    return new WaypointSettings(
        group("ports", Ports.class, defaults.ports()),
        group("timeouts", Timeouts.class, defaults.timeouts()),
        group("limits", Limits.class, defaults.limits()),
        group("drain", Drain.class, defaults.drain()),
        group("instance", Instance.class, defaults.instance()),
        group("mesh", Mesh.class, defaults.mesh()),
        group("keys", Keys.class, defaults.keys()));
  }

  static List<String> dump(WaypointSettings settings) {
    List<String> lines = new ArrayList<>();
    for (RecordComponent group : WaypointSettings.class.getRecordComponents()) {
      Object record = value(group, settings);
      for (RecordComponent setting : group.getType().getRecordComponents()) {
        Object value = record == null ? null : value(setting, record);
        String text = value instanceof Duration time ? Units.text(time) : String.valueOf(value);
        lines.add(group.getName() + "." + setting.getName() + ": " + text);
      }
    }
    return lines;
  }

  /** {@code timeouts.requestHead} is {@code WAYPOINT_TIMEOUTS_REQUEST_HEAD}. */
  static String variable(String name) {
    var words = new StringBuilder(PREFIX);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '.' || Character.isUpperCase(c)) {
        words.append('_');
      }
      if (c != '.') {
        words.append(c);
      }
    }
    return words.toString().toUpperCase(Locale.ROOT);
  }

  private static Stream<String> names() {
    return Arrays.stream(WaypointSettings.class.getRecordComponents())
        .flatMap(group ->
            Arrays.stream(group.getType().getRecordComponents())
                .map(setting -> group.getName() + "." + setting.getName()));
  }

  private void unknownFlags(List<String> known) {
    for (String name : new TreeSet<>(flags.keySet())) {
      if (!known.contains(name)) {
        problems.error(
            Code.UNKNOWN_SETTING,
            name,
            Position.whole(Source.file("--" + name, "")),
            "there is no setting of this name",
            Doc.didYouMean(name, known));
      }
    }
  }

  /**
   * Only what looks like a slip is reported: Kubernetes itself gives variables such as {@code
   * WAYPOINT_PORT} to the pods beside a Service called waypoint.
   */
  private void unknownVariables(List<String> known) {
    for (String name : new TreeSet<>(environment.keySet())) {
      if (!name.startsWith(PREFIX) || known.contains(name)) {
        continue;
      }
      String near = Spelling.nearest(name, known);
      if (near != null) {
        problems.warning(
            Code.UNKNOWN_SETTING,
            name,
            Position.whole(Source.file(name, "")),
            "there is no setting of this name",
            "did you mean " + near + "?");
      }
    }
  }

  private <T extends Record> T group(String name, Class<T> type, T defaults) {
    RecordComponent[] components = type.getRecordComponents();
    Doc doc = file.field(name);
    doc.only(Arrays.stream(components).map(RecordComponent::getName).toList());
    @Nullable Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] =
          setting(
              name + "." + components[i].getName(),
              doc.field(components[i].getName()),
              types[i],
              value(components[i], defaults));
    }
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("settings " + name, e);
    }
  }

  private @Nullable Object setting(String name, Doc doc, Class<?> type, @Nullable Object fallback) {
    String flag = flags.get(name);
    String set = environment.getOrDefault(variable(name), "");
    String variable = set.isBlank() ? null : set;
    if (flag == null && variable == null && !doc.present()) {
      return fallback;
    }
    String text = flag != null ? flag : variable != null ? variable : doc.raw();
    Position at =
        flag != null
            ? Position.whole(Source.file("--" + name, ""))
            : variable != null ? Position.whole(Source.file(variable(name), "")) : doc.position();
    Object value = parse(name, text.strip(), type);
    if (value == null) {
      String wanted =
          type == Duration.class
              ? "a time such as 10s"
              : type == String.class
                  ? wantedText(name)
                  : type == long.class ? "a size such as 60KiB" : "a whole number";
      problems.error(
          Code.BAD_SETTING,
          name,
          at,
          name + " is \"" + text + "\"",
          "write " + wanted + range(name));
      return fallback;
    }
    return value;
  }

  /** Null when the text is not a value of the type. */
  private static @Nullable Object parse(String name, String text, Class<?> type) {
    if (type == String.class) {
      return text.isEmpty() || !hasForm(name, text) ? null : text;
    }
    if (type == Duration.class) {
      Duration time = Units.duration(text);
      boolean mayBeZero = name.startsWith("drain.");
      return time == null || time.isZero() && !mayBeZero ? null : time;
    }
    if (type == long.class) {
      long bytes = Units.bytes(text);
      boolean window = name.equals("limits.streamWindow");
      boolean total = name.equals("limits.unreadBytes");
      long least = window ? 64L << 10 : 1L << 10;
      long most = total ? 1L << 40 : 1L << 30;
      return bytes < least || bytes > most ? null : (Object) bytes;
    }
    if (text.isEmpty() || text.length() > 7 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    int number = Integer.parseInt(text);
    boolean between = name.equals(COALESCING) && number > 0 && number < LEAST_COALESCING;
    return number < least(name) || number > most(name) || between ? null : (Object) number;
  }

  private static String wantedText(String name) {
    return switch (name) {
      case NAME_SERVERS -> "addresses such as 10.96.0.10:53";
      case BLOCKS -> "blocks such as 10.0.0.0/8,fd00::/8";
      default -> "text";
    };
  }

  private static boolean hasForm(String name, String text) {
    return switch (name) {
      case NAME_SERVERS -> NameServers.areThere(text);
      case BLOCKS -> areBlocks(text);
      default -> true;
    };
  }

  private static boolean areBlocks(String text) {
    try {
      AddressBlocks.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int least(String name) {
    return switch (name) {
      case "limits.streams" -> 100;
      case "limits.retries", COALESCING, "instance.eventLoops" -> 0;
      default -> name.startsWith("ports.") ? 0 : 1;
    };
  }

  private static int most(String name) {
    return switch (name) {
      case "instance.eventLoops" -> 1024;
      case COALESCING -> 2_000;
      default -> name.startsWith("ports.") ? 65535 : 1_000_000;
    };
  }

  private static String range(String name) {
    if (name.equals(COALESCING)) {
      return ": 0, or " + LEAST_COALESCING + " to " + most(name);
    }
    return name.startsWith("ports.") || name.equals("limits.streams")
        ? " from " + least(name) + " to " + most(name)
        : "";
  }

  private static @Nullable Object value(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component.getName(), e);
    }
  }
}
