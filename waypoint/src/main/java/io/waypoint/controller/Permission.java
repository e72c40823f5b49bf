// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** What the API server said no to, as the rule that would have to be granted. */
final class Permission {
  private Permission() {}

  static String needed(String group, String plural, String verbs) {
    return "ClusterRole needs {apiGroups: [\"%s\"], resources: [\"%s\"], verbs: [%s]}"
        .formatted(group, plural, verbs);
  }

  static String resource(String group, String plural) {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** Whether a rule of RBAC is missing; not when a namespace is on its way out. */
  static boolean isMissing(KubernetesClientException failure) {
    return failure.getCode() == HttpURLConnection.HTTP_FORBIDDEN && !isEnding(failure);
  }

  /** Whether an object cannot be made because its namespace is being deleted. */
  static boolean isEnding(KubernetesClientException failure) {
    return words(failure).contains("being terminated");
  }

  /** What the API server said, in one line. */
  static String words(KubernetesClientException failure) {
    String said =
        failure.getStatus() != null && failure.getStatus().getMessage() != null
            ? failure.getStatus().getMessage()
            : String.valueOf(failure.getMessage());
    return said.lines().findFirst().orElse(said);
  }
}
