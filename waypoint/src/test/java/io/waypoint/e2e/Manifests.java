// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The YAML of a mesh whose workloads are processes of the test. */
final class Manifests {
  private static final String MESH =
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: default
        labels:
          istio.io/dataplane-mode: ambient
          istio.io/use-waypoint: waypoint
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata:
        name: waypoint
        namespace: default
        labels:
          istio.io/waypoint-for: service
      spec:
        gatewayClassName: vertx-waypoint
        listeners:
          - name: mesh
            port: 15008
            protocol: HBONE
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: sleep
        namespace: default
      """;
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: NAME
        namespace: default
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: NAME
        namespace: default
      spec:
        selector:
          app: NAME
        ports:
          - name: PROTOCOL
            port: 80
      ---
      """;
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: NAME
        namespace: default
        annotations:
          waypoint.dev/endpoint: "127.0.0.1:PORT"
      spec:
        selector:
          matchLabels:
            app: NAME
        template:
          metadata:
            labels:
              app: NAME
          spec:
            serviceAccountName: NAME
      """;

  private static final String POD =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: NAME
        namespace: default
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: NAME
        namespace: default
      spec:
        clusterIP: VIP
        selector:
          app: NAME
        ports:
          - name: http
            port: 80
            targetPort: PORT
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: NAME-1
        namespace: default
        labels:
          app: NAME
      spec:
        serviceAccountName: NAME
      status:
        podIP: ADDRESS
      """;

  private Manifests() {}

  /** A namespace with a waypoint, and a caller. */
  static void mesh(Path folder) throws IOException {
    Files.writeString(folder.resolve("mesh.yaml"), MESH);
  }

  /**
   * A service on port 80 whose one workload listens on this machine.
   *
   * @param protocol of the port, as its name says it: {@code http}, {@code grpc}, {@code tcp}
   */
  static void service(Path folder, String name, String protocol, int port) throws IOException {
    String text =
        (SERVICE + DEPLOYMENT)
            .replace("NAME", name)
            .replace("PROTOCOL", protocol)
            .replace("PORT", Integer.toString(port));
    Files.writeString(folder.resolve(name + ".yaml"), text);
  }

  /** A service whose one pod has an address of its own, and a ztunnel there. */
  static void pod(Path folder, String name, String vip, InetSocketAddress app) throws IOException {
    String text =
        POD.replace("NAME", name)
            .replace("VIP", vip)
            .replace("ADDRESS", app.getAddress().getHostAddress())
            .replace("PORT", Integer.toString(app.getPort()));
    Files.writeString(folder.resolve(name + ".yaml"), text);
  }
}
