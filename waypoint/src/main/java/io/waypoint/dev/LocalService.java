// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One process of somebody's as a mesh: service {@code app} in namespace {@code default}, behind a
 * waypoint. It is written down as the YAML that a cluster would be given, so that there is one way
 * to configure a mesh.
 */
public final class LocalService implements AutoCloseable {
  private static final String FILE = "app.yaml";
  private static final String YAML =
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
        name: app
        namespace: default
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: app
        namespace: default
      spec:
        selector:
          app: app
        ports:
          - name: http
            port: 80
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: app
        namespace: default
        annotations:
          waypoint.dev/endpoint: "HOST:PORT"
      spec:
        selector:
          matchLabels:
            app: app
        template:
          metadata:
            labels:
              app: app
          spec:
            serviceAccountName: app
            containers:
              - name: app
                image: local
      """;

  private final Path folder;

  private LocalService(Path folder) {
    this.folder = folder;
  }

  /**
   * @throws IllegalArgumentException when the URL is not that of a plain HTTP server
   */
  public static LocalService at(URI url) throws IOException {
    if (!"http".equals(url.getScheme()) || url.getHost() == null) {
      throw new IllegalArgumentException("a local service is a URL like http://localhost:8080");
    }
    int port = url.getPort() < 0 ? 80 : url.getPort();
    Path folder = Files.createTempDirectory("waypoint-dev");
    Files.writeString(folder.resolve(FILE), YAML.replace("HOST:PORT", endpoint(url, port)));
    return new LocalService(folder);
  }

  /** A literal address: the name may mean something else to whoever reads the file. */
  private static String endpoint(URI url, int port) {
    try {
      String address = InetAddress.getByName(url.getHost()).getHostAddress();
      return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("host " + url.getHost() + " is not known", e);
    }
  }

  /** The folder with the YAML. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
    Files.deleteIfExists(folder);
  }
}
