// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A status as the API server has it: maps, lists, texts and numbers. */
final class Json {
  private Json() {}

  /** The mappings of a list; nothing of what is none. */
  static List<Map<String, Object>> maps(@Nullable Object list) {
    List<Map<String, Object>> maps = new ArrayList<>();
    if (list instanceof List<?> items) {
      items.forEach(item -> {
        Map<String, Object> map = map(item);
        if (!map.isEmpty()) {
          maps.add(map);
        }
      });
    }
    return maps;
  }

  /** The fields of a mapping that say something. */
  static Map<String, Object> map(@Nullable Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> fields) {
      fields.forEach((name, content) -> {
        if (content != null) {
          map.put(String.valueOf(name), content);
        }
      });
    }
    return map;
  }

  static @Nullable Object field(@Nullable Object value, String name) {
    return value instanceof Map<?, ?> map ? map.get(name) : null;
  }

  static String text(@Nullable Object value, String name) {
    Object field = field(value, name);
    return field == null ? "" : field.toString();
  }

  /** Whether a condition speaks of a later generation. */
  static boolean isNewer(Map<String, Object> condition, long generation) {
    return condition.get("observedGeneration") instanceof Number number
        && number.longValue() > generation;
  }

  /** Whether two values say the same: numbers by value, mappings in any order. */
  static boolean same(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number one && b instanceof Number two) {
      return one.longValue() == two.longValue();
    }
    if (a instanceof List<?> one && b instanceof List<?> two) {
      boolean same = one.size() == two.size();
      for (int i = 0; same && i < one.size(); i++) {
        same = same(one.get(i), two.get(i));
      }
      return same;
    }
    if (a instanceof Map<?, ?> one && b instanceof Map<?, ?> two) {
      return one.keySet().equals(two.keySet())
          && one.keySet().stream().allMatch(key -> same(one.get(key), two.get(key)));
    }
    return a == null ? b == null : a.equals(b);
  }
}
