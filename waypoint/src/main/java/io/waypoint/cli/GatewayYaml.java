// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

/** The Gateway that asks for a waypoint, as a person would write it. */
record GatewayYaml(String namespace, String name, TrafficType traffic, AllowedFrom from) {
  static final String CLASS = "vertx-waypoint";
  static final String DEFAULT_NAME = "waypoint";

  /** Whose traffic goes through it: {@code istio.io/waypoint-for}. */
  enum TrafficType {
    service,
    workload,
    all,
    none
  }

  /** The namespaces whose objects may use it. */
  enum AllowedFrom {
    Same,
    All
  }

  String text() {
    String allowed =
        from == AllowedFrom.Same
            ? ""
            : "\n      allowedRoutes:\n        namespaces:\n          from: All";
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata:
      name: %s
      namespace: %s
      labels:
        istio.io/waypoint-for: %s
    spec:
      gatewayClassName: %s
      listeners:
        - name: mesh
          port: 15008
          protocol: HBONE%s
    """
        .formatted(name, namespace, traffic, CLASS, allowed);
  }
}
