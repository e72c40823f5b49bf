// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GroupVersionForDiscovery;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.stream.Stream;

/** Asks the API server whether it has a kind, and in which of the versions that we read. */
final class Versions {
  /** What there is of a kind. */
  sealed interface Answer {
    /** It can be watched in this version. */
    record Served(String version) implements Answer {}

    /** There is no such kind. */
    record Missing() implements Answer {}

    /** There is, in versions that we do not read. */
    record Foreign(List<String> versions) implements Answer {}
  }

  private Versions() {}

  /** Blocks. What the API server refuses or fails to answer is thrown. */
  static Answer of(KubernetesClient client, KubeKind kind) {
    if (kind.group().isEmpty() || kind.group().equals("discovery.k8s.io")) {
      return new Answer.Served("v1");
    }
    APIGroup group = client.getApiGroup(kind.group());
    if (group == null) {
      return new Answer.Missing();
    }
    List<String> served =
        group.getVersions().stream().map(GroupVersionForDiscovery::getVersion).toList();
    List<String> having =
        Stream.concat(kind.versions().stream().filter(served::contains), served.stream())
            .distinct()
            .filter(version -> has(client, kind, version))
            .limit(1)
            .toList();
    if (having.isEmpty()) {
      return new Answer.Missing();
    }
    return kind.versions().contains(having.getFirst())
        ? new Answer.Served(having.getFirst())
        : new Answer.Foreign(having);
  }

  private static boolean has(KubernetesClient client, KubeKind kind, String version) {
    APIResourceList resources = client.getApiResources(kind.group() + "/" + version);
    return resources != null
        && resources.getResources().stream().anyMatch(r -> r.getName().equals(kind.plural()));
  }
}
