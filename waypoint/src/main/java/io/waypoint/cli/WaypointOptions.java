// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which waypoint is wanted: what {@code generate} and {@code apply} have in common. */
final class WaypointOptions {
  @Mixin private NamespaceOption namespace = new NamespaceOption();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Of the Gateway (default: ${DEFAULT-VALUE}).")
  private String name = GatewayYaml.DEFAULT_NAME;

  @Option(
      names = "--for",
      paramLabel = "TRAFFIC",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private GatewayYaml.TrafficType traffic = GatewayYaml.TrafficType.service;

  @Option(
      names = "--from",
      paramLabel = "NAMESPACES",
      description = "Who may use it: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private GatewayYaml.AllowedFrom from = GatewayYaml.AllowedFrom.Same;

  NamespaceOption namespace() {
    return namespace;
  }

  String name() {
    return name;
  }

  GatewayYaml gateway(String inNamespace) {
    if (!name.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
      throw new Outcome(
          ExitCode.USAGE,
          "--name " + name + " cannot be the name of a Service",
          "use lower-case letters, digits and dashes, at most 63 of them");
    }
    return new GatewayYaml(inNamespace, name, traffic, from);
  }
}
