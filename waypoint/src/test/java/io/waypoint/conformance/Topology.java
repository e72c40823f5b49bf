// SPDX-License-Identifier: Apache-2.0
package io.waypoint.conformance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.waypoint.dev.AppliedMesh;
import io.waypoint.dev.DevMeshException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The mesh of Gateway API's conformance suite: {@code echo} and its versions in one namespace, a
 * client in another, and a third one with a backend; each pod is a server on the loopback.
 */
final class Topology implements AutoCloseable {
  static final String MESH = "gateway-conformance-mesh";
  static final String CONSUMER = "gateway-conformance-mesh-consumer";
  static final String WEB = "gateway-conformance-web-backend";

  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: NS, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint,
        istio.io/use-waypoint-namespace: gateway-conformance-mesh}}
      ---
      """;
  private static final String GATEWAY =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: gateway-conformance-mesh}
      spec:
        gatewayClassName: vertx-waypoint
        listeners:
        - {name: mesh, port: 15008, protocol: HBONE, allowedRoutes: {namespaces: {from: All}}}
      ---
      """;
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: NAME, namespace: NS}
      spec:
        selector: {SELECTOR}
        ports:
        - {name: http, port: 80, targetPort: 8080, appProtocol: http}
        - {name: http-alt, port: 8080, appProtocol: http}
        - {name: https, port: 443, targetPort: 8443}
        - {name: tcp, port: 9090}
        - {name: grpc, port: 7070, appProtocol: kubernetes.io/h2c}
        - {name: ws, port: 8082, targetPort: 8080, appProtocol: kubernetes.io/ws}
      ---
      """;
  private static final String POD =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: NAME, namespace: NS}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: NAME, namespace: NS, annotations: {waypoint.dev/endpoint: "127.0.0.1:PORT"}}
      spec:
        selector: {matchLabels: {app: APP, version: NAME}}
        template:
          metadata: {labels: {app: APP, version: NAME}}
          spec: {serviceAccountName: NAME, containers: [{name: echo, image: echo}]}
      ---
      """;
  private static final String SLICED =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: manual-endpointslices, namespace: gateway-conformance-mesh}
      spec: {ports: [{name: first-port, port: 8080, targetPort: 3000}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: manual-1, namespace: gateway-conformance-mesh,
        labels: {kubernetes.io/service-name: manual-endpointslices}}
      addressType: IPv4
      ports: [{name: first-port, port: PORT, protocol: TCP}]
      endpoints: [{addresses: ["127.0.0.1"], conditions: {ready: true}}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: headless, namespace: gateway-conformance-mesh}
      spec: {clusterIP: None, selector: {app: echo, version: echo-v1}, ports: [{port: 8080}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: empty, namespace: gateway-conformance-mesh}
      spec: {selector: {app: nobody}, ports: [{port: 8080}]}
      ---
      """;

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, EchoBackend> backends = new LinkedHashMap<>();
  private final Map<String, HttpClient> http1 = new ConcurrentHashMap<>();
  private final Map<String, HttpClient> http2 = new ConcurrentHashMap<>();
  private final AppliedMesh mesh;

  Topology() throws DevMeshException {
    var base = new StringBuilder();
    for (String namespace : List.of(MESH, CONSUMER, WEB)) {
      base.append(NAMESPACE.replace("NS", namespace));
    }
    base.append(GATEWAY);
    String first = "";
    for (String version : List.of("echo-v1", "echo-v2", "echo-v3")) {
      String port = pod(base, version, "echo", MESH);
      first = first.isEmpty() ? port : first;
      service(base, version, MESH, "app: echo, version: " + version);
    }
    service(base, "echo", MESH, "app: echo");
    pod(base, "web-backend", "web", WEB);
    service(base, "web-backend", WEB, "app: web");
    base.append(SLICED.replace("PORT", first));
    mesh = new AppliedMesh(base.toString());
  }

  private String pod(StringBuilder to, String name, String app, String namespace) {
    var backend = new EchoBackend(vertx, name);
    backends.put(name, backend);
    String port = Integer.toString(backend.listen());
    to.append(
        POD.replace("NAME", name)
            .replace("APP", app)
            .replace("NS", namespace)
            .replace("PORT", port));
    return port;
  }

  private static void service(StringBuilder to, String name, String namespace, String selector) {
    to.append(SERVICE.replace("NAME", name).replace("NS", namespace).replace("SELECTOR", selector));
  }

  AppliedMesh mesh() {
    return mesh;
  }

  EchoBackend backend(String name) {
    EchoBackend found = backends.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no backend " + name);
    }
    return found;
  }

  /**
   * @param caller {@code serviceaccount.namespace}
   * @param to {@code service.namespace}
   * @param host of the request, null for the service's short name
   * @param body null for none; over HTTP/2 then
   */
  Future<Answer> ask(
      String caller,
      HostAndPort to,
      String line,
      @Nullable String host,
      Map<String, String> fields,
      @Nullable Buffer body) {
    int space = line.indexOf(' ');
    HttpClient client = body == null ? http1(caller) : http2(caller);
    String shown = host == null ? to.host().substring(0, to.host().indexOf('.')) : host;
    var options =
        new RequestOptions()
            .setServer(SocketAddress.inetSocketAddress(to.port(), to.host()))
            .setMethod(HttpMethod.valueOf(line.substring(0, space)))
            .setHost(shown)
            .setPort(to.port())
            .setURI(line.substring(space + 1));
    return client
        .request(options)
        .compose(request -> {
          fields.forEach((name, value) -> request.headers().add(name, value));
          if (to.port() == 80 || host != null) {
            request.authority(HostAndPort.create(shown, -1));
          }
          // Read within this callback: later, on another thread, parts may have passed already.
          return (body == null ? request.send() : request.send(body))
              .compose(response -> response.body().map(all -> Answer.of(response, all)));
        });
  }

  private HttpClient http1(String caller) {
    return http1.computeIfAbsent(
        caller,
        name ->
            vertx
                .httpClientBuilder()
                .with(new HttpClientOptions().setProxyOptions(mesh.socks(name)))
                .with(new PoolOptions().setHttp1MaxSize(8))
                .build());
  }

  private HttpClient http2(String caller) {
    return http2.computeIfAbsent(
        caller,
        name ->
            vertx.createHttpClient(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setProxyOptions(mesh.socks(name))));
  }

  WebSocketClient webSockets(String caller) {
    return vertx.createWebSocketClient(
        new WebSocketClientOptions().setProxyOptions(mesh.socks(caller)));
  }

  @Override
  public void close() {
    mesh.close();
    vertx.close().await();
  }
}
