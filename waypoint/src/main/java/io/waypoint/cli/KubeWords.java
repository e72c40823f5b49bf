// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What the Kubernetes client has to say, without its own story around it. */
final class KubeWords {
  private static final int LONGEST = 400;

  private KubeWords() {}

  /** One line: what the API server answered, or why there was no answer. */
  static String of(KubernetesClientException failure) {
    if (failure.getStatus() != null && failure.getStatus().getMessage() != null) {
      return line(failure.getStatus().getMessage());
    }
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    String kind = deepest.getClass().getSimpleName();
    return switch (kind) {
      case "ClosedChannelException", "ConnectException" -> "connection refused";
      case "UnresolvedAddressException" -> "its name does not resolve";
      default -> message == null ? kind : line(message);
    };
  }

  private static String line(String message) {
    String first = message.lines().findFirst().orElse(message);
    return first.length() > LONGEST ? first.substring(0, LONGEST) + "…" : first;
  }
}
