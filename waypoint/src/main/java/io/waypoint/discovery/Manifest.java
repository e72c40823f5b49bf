// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery;

import io.waypoint.config.Doc;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes object as written.
 *
 * @param group the API group; empty for the core group
 * @param namespace empty for an object of the whole cluster
 */
public record Manifest(String group, String kind, String namespace, String name, Doc doc) {
  /** {@code namespace/name}, or the name alone. */
  public String key() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  public Doc metadata() {
    return doc.field("metadata");
  }

  public Doc spec() {
    return doc.field("spec");
  }

  public Map<String, String> labels() {
    return metadata().field("labels").textMap();
  }

  public Doc label(String label) {
    return metadata().field("labels").field(label);
  }

  public Doc annotation(String annotation) {
    return metadata().field("annotations").field(annotation);
  }

  /** When the object was created, or the epoch for one that does not say. */
  public Instant created() {
    String text = metadata().field("creationTimestamp").text("");
    try {
      return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    } catch (DateTimeException _) {
      return Instant.EPOCH;
    }
  }

  /** Where the object begins, for a person to find it. */
  public String position() {
    return doc.position().toString();
  }

  /** The identity of an object among all objects. */
  public String identity() {
    return (group.isEmpty() ? kind : kind + "." + group) + " " + key();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Manifest that && identity().equals(that.identity());
  }

  @Override
  public int hashCode() {
    return identity().hashCode();
  }
}
