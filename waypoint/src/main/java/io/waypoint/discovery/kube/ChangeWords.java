// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.discovery.Inventory;
import io.waypoint.discovery.Manifest;
import io.waypoint.discovery.WorldDiff;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What changed, in words; of a storm only the beginning. */
final class ChangeWords {
  private static final int MOST = 20;

  private ChangeWords() {}

  static List<String> of(List<ObjectStore.Change> changes) {
    List<Manifest> before = new ArrayList<>();
    List<Manifest> after = new ArrayList<>();
    int used = 0;
    for (ObjectStore.Change change : changes) {
      if (change.kind().used()) {
        used++;
        if (used <= MOST) {
          add(before, change.kind(), change.before());
          add(after, change.kind(), change.after());
        }
      }
    }
    List<String> words =
        new ArrayList<>(WorldDiff.between(new Inventory(before), new Inventory(after)));
    if (used > MOST) {
      words.add("and " + (used - MOST) + " more");
    }
    return words;
  }

  private static void add(List<Manifest> list, KubeKind kind, @Nullable KubeObject object) {
    ReadObject document = object == null ? null : object.document();
    if (object != null && document != null) {
      list.add(
          new Manifest(
              kind.group(),
              kind.kind(),
              object.namespace(),
              object.name(),
              document.doc(new Problems())));
    }
  }
}
