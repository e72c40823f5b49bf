// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An AuthorizationPolicy by itself, read as one of a mesh is. */
public final class StatedPolicy {
  private StatedPolicy() {}

  /** A policy, with its problems added to the document's; null when the document is none. */
  public static @Nullable AuthorizationPolicy read(Doc doc) {
    List<Manifest> manifests = ManifestReader.read(List.of(doc));
    if (manifests.isEmpty()) {
      return null;
    }
    Manifest manifest = manifests.getFirst();
    if (manifests.size() > 1 || !manifest.kind().equals("AuthorizationPolicy")) {
      doc.field("kind").error(Code.BAD_VALUE, "an AuthorizationPolicy belongs here");
      return null;
    }
    return PolicyReader.read(manifest);
  }
}
