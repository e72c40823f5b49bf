// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cluster;

/** What nearly every story in a cluster begins with. */
public final class Manifests {
  /** The class that everybody calls ours. */
  public static final String GATEWAY_CLASS =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: GatewayClass
      metadata: {name: vertx-waypoint}
      spec: {controllerName: waypoint.dev/gateway-controller}
      """;

  private Manifests() {}

  /** Gateway {@code waypoint} of our class. */
  public static String gateway(String namespace) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: waypoint, namespace: %s}
    spec:
      gatewayClassName: vertx-waypoint
      listeners: [{name: mesh, port: 15008, protocol: HBONE}]
    """
        .formatted(namespace);
  }

  /** A Service whose port 80 is port 8080 of its pods. */
  public static String service(String namespace, String name, String selector) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: %s, namespace: %s}
    spec:
      selector: {%s}
      ports: [{name: http, port: 80, targetPort: 8080}]
    """
        .formatted(name, namespace, selector);
  }
}
