// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What the API server or the way to it has against us, in one line. */
final class KubeFailure {
  private static final int LONGEST = 300;

  private KubeFailure() {}

  static String words(Throwable failure) {
    Throwable deepest = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      deepest = cause;
      if (cause instanceof KubernetesClientException e && e.getStatus() != null) {
        break;
      }
    }
    String message =
        deepest instanceof KubernetesClientException e && e.getStatus() != null
            ? e.getCode() + " " + e.getStatus().getMessage()
            : deepest.getMessage();
    String words = message == null ? deepest.getClass().getSimpleName() : message;
    String line = words.lines().findFirst().orElse("");
    return line.length() > LONGEST ? line.substring(0, LONGEST) : line;
  }
}
