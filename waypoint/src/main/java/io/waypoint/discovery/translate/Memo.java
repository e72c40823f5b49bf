// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What was compiled for the last world and is compiled again for this one is compiled once, so that
 * a change replaces only what it touches.
 */
final class Memo<K, V> {
  private Map<K, V> last = Map.of();
  private Map<K, V> now = new HashMap<>();

  /** Forgets what the last world did not use. */
  void turn() {
    last = now;
    now = new HashMap<>();
  }

  V get(K key, Function<? super K, ? extends V> compile) {
    V before = last.get(key);
    return now.computeIfAbsent(key, k -> before == null ? compile.apply(k) : before);
  }
}
