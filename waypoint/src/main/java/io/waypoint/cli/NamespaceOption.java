// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The namespace that a command is about, as kubectl's flag of the same name says it. */
final class NamespaceOption {
  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NS",
      description = "Default: the kubeconfig's, else default.")
  private @Nullable String told;

  /** Null when the command was not told one. */
  @Nullable String told() {
    return told;
  }

  /** The namespace that is meant. */
  String of(KubernetesClient client) {
    return told == null
        ? Objects.requireNonNullElse(client.getConfiguration().getNamespace(), "default")
        : told;
  }
}
