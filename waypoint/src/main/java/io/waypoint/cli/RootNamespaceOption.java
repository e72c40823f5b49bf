// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import picocli.CommandLine.Option;

/** Where the mesh's control plane and its settings are. */
final class RootNamespaceOption {
  @Option(
      names = "--root-namespace",
      paramLabel = "NS",
      defaultValue = "${env:WAYPOINT_ROOT_NAMESPACE:-istio-system}",
      description = "Where istiod is (WAYPOINT_ROOT_NAMESPACE; default: istio-system).")
  private String name = "istio-system";

  String name() {
    return name;
  }
}
