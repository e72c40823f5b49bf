// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/** Reads a policy of the vectors as it is read from a file. */
final class VectorPolicy {
  private VectorPolicy() {}

  static AuthorizationPolicy read(Map<String, Object> policy) {
    String yaml = new Dump(DumpSettings.builder().build()).dumpToString(policy);
    Doc doc = Doc.read(Source.file("vectors.yaml", yaml), new Problems()).getFirst();
    Doc metadata = doc.field("metadata");
    return PolicyReader.read(
        new Manifest(
            "security.istio.io",
            "AuthorizationPolicy",
            metadata.field("namespace").text("default"),
            metadata.field("name").required(),
            doc));
  }
}
