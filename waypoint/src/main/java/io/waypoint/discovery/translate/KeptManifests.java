// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.discovery.Manifest;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;

/**
 * Objects as they were read for the world before. One that is written as it was is the same object
 * again, by which all who read it further know that they need not.
 */
final class KeptManifests {
  private record Kept(Doc doc, List<Manifest> manifests, List<Problem> found) {}

  private IdentityHashMap<Object, Kept> last = new IdentityHashMap<>();
  private IdentityHashMap<Object, Kept> now = new IdentityHashMap<>();

  /** Forgets what the last world did not have. */
  void turn() {
    last = now;
    now = new IdentityHashMap<>(last.size());
  }

  /** The objects in a document. */
  List<Manifest> get(Doc doc, Function<Doc, List<Manifest>> reading) {
    Object content = doc.content();
    if (content == null) {
      return reading.apply(doc);
    }
    Kept kept = last.get(content);
    if (kept == null || !kept.doc().reportsWith(doc)) {
      List<Manifest> manifests = new ArrayList<>();
      List<Problem> found = doc.problemsOf(() -> manifests.addAll(reading.apply(doc)));
      kept = new Kept(doc, List.copyOf(manifests), found);
    } else {
      doc.repeat(kept.found());
    }
    now.put(content, kept);
    return kept.manifests();
  }
}
