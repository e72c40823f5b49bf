// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery;

import io.waypoint.config.Doc;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Kubernetes object as written. Its names are put together once: every world asks for them. */
public final class Manifest {
  private final String group;
  private final String kind;
  private final String namespace;
  private final String name;
  private final Doc doc;
  private final String key;
  private final String identity;

  /**
   * @param group the API group; empty for the core group
   * @param namespace empty for an object of the whole cluster
   */
  public Manifest(String group, String kind, String namespace, String name, Doc doc) {
    this.group = group;
    this.kind = kind;
    this.namespace = namespace;
    this.name = name;
    this.doc = doc;
    this.key = namespace.isEmpty() ? name : namespace + "/" + name;
    this.identity = (group.isEmpty() ? kind : kind + "." + group) + " " + key;
  }

  public String group() {
    return group;
  }

  public String kind() {
    return kind;
  }

  public String namespace() {
    return namespace;
  }

  public String name() {
    return name;
  }

  public Doc doc() {
    return doc;
  }

  /** {@code namespace/name}, or the name alone. */
  public String key() {
    return key;
  }

  /** The identity of an object among all objects. */
  public String identity() {
    return identity;
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

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof Manifest that && identity.equals(that.identity);
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  @Override
  public String toString() {
    return identity;
  }
}
