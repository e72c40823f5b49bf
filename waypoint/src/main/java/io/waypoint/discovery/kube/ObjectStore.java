// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything that is watched, as it is now. Any thread may write and read. */
final class ObjectStore {
  /** Told of changes, on the thread that made them. */
  interface Listener {
    /** The world may be another one. */
    void meaningChanged();

    /** Only what is written in a status is another. */
    void statusChanged();
  }

  /**
   * One object between two looks at the store.
   *
   * @param before null when it came
   * @param after null when it went
   */
  record Change(KubeKind kind, @Nullable KubeObject before, @Nullable KubeObject after) {}

  /**
   * @param objects by kind, sorted by namespace and name; without those of kinds that have no
   *     effect
   * @param unused how many objects there are of each kind that has no effect, and one of them
   * @param changes since the last look
   */
  record Snapshot(
      Map<KubeKind, List<KubeObject>> objects,
      Map<KubeKind, Unused> unused,
      List<Change> changes) {}

  record Unused(int count, KubeObject first) {}

  private final Map<KubeKind, Map<String, KubeObject>> byKind = new LinkedHashMap<>();
  private final Map<String, Change> changes = new LinkedHashMap<>();
  private final Relevance relevance;
  private final Listener listener;

  ObjectStore(List<KubeKind> kinds, Relevance relevance, Listener listener) {
    this.relevance = relevance;
    this.listener = listener;
    kinds.forEach(kind -> byKind.put(kind, new TreeMap<>()));
  }

  /** An object was added or is another than before. */
  void put(KubeKind kind, KubeObject object) {
    if (relevance.concerns(kind, object)) {
      replace(kind, object.key(), object);
    } else {
      replace(kind, object.key(), null);
    }
  }

  /** An object was deleted; said by the API server, never inferred from a failure. */
  void remove(KubeKind kind, String key) {
    replace(kind, key, null);
  }

  /** A complete listing: what is not in it is gone. */
  void retain(KubeKind kind, Set<String> keys) {
    List<String> gone;
    synchronized (this) {
      gone = of(kind).keySet().stream().filter(key -> !keys.contains(key)).toList();
    }
    gone.forEach(key -> remove(kind, key));
  }

  private void replace(KubeKind kind, String key, @Nullable KubeObject object) {
    boolean meaning;
    synchronized (this) {
      Map<String, KubeObject> objects = of(kind);
      KubeObject before = objects.get(key);
      if (before == null && object == null) {
        return;
      }
      boolean same = before != null && object != null && object.meansTheSameAs(before);
      meaning = !same;
      if (object == null) {
        objects.remove(key);
      } else {
        // The version that routes and problems name is the one that gave the meaning.
        objects.put(key, same && before != null ? object.withMeaningOf(before) : object);
      }
      if (meaning) {
        note(kind, key, before, object);
      }
    }
    if (meaning) {
      listener.meaningChanged();
    } else {
      listener.statusChanged();
    }
  }

  private void note(
      KubeKind kind, String key, @Nullable KubeObject before, @Nullable KubeObject after) {
    String identity = kind.resource() + " " + key;
    Change earlier = changes.get(identity);
    changes.put(identity, new Change(kind, earlier == null ? before : earlier.before(), after));
  }

  private Map<String, KubeObject> of(KubeKind kind) {
    return byKind.computeIfAbsent(kind, _ -> new TreeMap<>());
  }

  /** Nobody looks at a kind any more. */
  void forget(KubeKind kind) {
    retain(kind, Set.of());
    synchronized (this) {
      byKind.remove(kind);
    }
  }

  /** Everything, and what changed since the last call. */
  synchronized Snapshot take() {
    Map<KubeKind, List<KubeObject>> objects = new LinkedHashMap<>();
    Map<KubeKind, Unused> unused = new LinkedHashMap<>();
    byKind.forEach((kind, all) -> {
      if (kind.kept()) {
        objects.put(kind, List.copyOf(all.values()));
      }
      if (!kind.used() && !all.isEmpty()) {
        unused.put(kind, new Unused(all.size(), all.values().iterator().next()));
      }
    });
    List<Change> since = new ArrayList<>(changes.values());
    changes.clear();
    return new Snapshot(objects, unused, since);
  }

  /** The objects of a kind whose status we write. */
  synchronized List<KubeObject> ofKind(String kind) {
    for (Map.Entry<KubeKind, Map<String, KubeObject>> entry : byKind.entrySet()) {
      if (entry.getKey().kind().equals(kind)) {
        return List.copyOf(entry.getValue().values());
      }
    }
    return List.of();
  }

  /** How many objects are kept, by resource. */
  synchronized Map<String, Integer> sizes() {
    Map<String, Integer> sizes = new HashMap<>();
    byKind.forEach((kind, all) -> sizes.put(kind.resource(), all.size()));
    return sizes;
  }
}
