// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.waypoint.config.ReadObject;
import org.jspecify.annotations.Nullable;

/**
 * An object as it is at the API server, without what nobody here reads.
 *
 * @param namespace empty for an object of the whole cluster
 * @param generation counts the changes of its meaning, as {@code observedGeneration} does
 * @param document what the translation reads; null for a kind that has no effect
 * @param status its status as the API server has it, for the kinds whose status we write
 */
public record KubeObject(
    String kind,
    String namespace,
    String name,
    String uid,
    long generation,
    String resourceVersion,
    @Nullable ReadObject document,
    @Nullable Object status) {
  /** {@code namespace/name}, or the name alone. */
  public String key() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /** Whether a world made of this one is the world made of the other. */
  boolean meansTheSameAs(KubeObject other) {
    ReadObject mine = document;
    ReadObject others = other.document;
    return mine == null || others == null ? mine == others : mine.sameAs(others);
  }

  /** The other's meaning, in its own version, with the status of this one. */
  KubeObject withMeaningOf(KubeObject other) {
    return new KubeObject(
        kind, namespace, name, uid, generation, resourceVersion, other.document, status);
  }
}
