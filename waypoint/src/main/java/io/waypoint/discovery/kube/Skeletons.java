// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the client library has to remember to tell what changed: names and versions. The objects
 * themselves are in {@link ObjectStore}, in a tenth of the space.
 */
final class Skeletons implements ItemStore<GenericKubernetesResource> {
  private final Map<String, GenericKubernetesResource> all = new ConcurrentHashMap<>();

  @Override
  public String getKey(GenericKubernetesResource object) {
    ObjectMeta metadata = object.getMetadata();
    String namespace = metadata.getNamespace();
    return namespace == null ? metadata.getName() : namespace + "/" + metadata.getName();
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource object) {
    return all.put(key, bare(object));
  }

  private static GenericKubernetesResource bare(GenericKubernetesResource object) {
    ObjectMeta metadata = new ObjectMeta();
    metadata.setNamespace(object.getMetadata().getNamespace());
    metadata.setName(object.getMetadata().getName());
    metadata.setResourceVersion(object.getMetadata().getResourceVersion());
    GenericKubernetesResource bare = new GenericKubernetesResource();
    bare.setMetadata(metadata);
    return bare;
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    return all.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return all.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return all.values().stream();
  }

  @Override
  public int size() {
    return all.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return all.get(key);
  }

  /** Objects are handed out as they come, for they are not kept. */
  @Override
  public boolean isFullState() {
    return false;
  }
}
