// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A hash table whose keys are looked up as parts of a text, so that no substring is made. Hashes
 * are those of {@link String#hashCode}.
 */
final class RegionTable {
  private static final int[] NONE = {};

  private final @Nullable String[] keys;
  private final int[][] values;
  private final int[] lengths;

  RegionTable(Map<String, List<Integer>> entries) {
    int capacity = Integer.highestOneBit(Math.max(entries.size(), 1)) * 4;
    keys = new @Nullable String[capacity];
    values = new int[capacity][];
    entries.forEach(this::put);
    lengths = entries.keySet().stream().mapToInt(String::length).sorted().distinct().toArray();
  }

  private void put(String key, List<Integer> value) {
    int slot = slot(key.hashCode());
    while (keys[slot] != null) {
      slot = slot + 1 & keys.length - 1;
    }
    keys[slot] = key;
    values[slot] = value.stream().mapToInt(Integer::intValue).toArray();
  }

  private int slot(int hash) {
    return (hash ^ hash >>> 16) & keys.length - 1;
  }

  boolean isEmpty() {
    return lengths.length == 0;
  }

  /** The lengths that keys have, in ascending order. */
  int[] lengths() {
    return lengths;
  }

  /** Everything that is filed, in ascending order. */
  int[] all() {
    return Arrays.stream(values)
        .filter(Objects::nonNull)
        .flatMapToInt(Arrays::stream)
        .sorted()
        .distinct()
        .toArray();
  }

  int[] get(String text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    return get(text, from, to, hash);
  }

  int[] get(String text, int from, int to, int hash) {
    for (int slot = slot(hash); ; slot = slot + 1 & keys.length - 1) {
      String key = keys[slot];
      if (key == null) {
        return NONE;
      }
      if (key.length() == to - from && text.startsWith(key, from)) {
        return values[slot];
      }
    }
  }
}
