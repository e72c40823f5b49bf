// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.waypoint.Clocks;
import io.waypoint.discovery.kube.KubeClients;
import io.waypoint.discovery.kube.KubeDiscovery;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.world.GatewayName;
import io.waypoint.world.WorldHolder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * The laptop's mesh with the world of a real API server: its pods are played by processes here, and
 * everything between caller and workload goes through tunnels.
 */
final class ClusterMesh implements AutoCloseable {
  record Answer(int status, String body) {}

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(40);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(64));
  private final KubernetesClient client;
  private final KubeSource source;
  private final DevMesh mesh;

  private ClusterMesh(Config config, GatewayName gateway, UnaryOperator<LocalTable> local)
      throws DevMeshException {
    this.client = KubeClients.open(config);
    this.source = new KubeSource(client, gateway, local);
    this.mesh = DevMesh.start(DevSettings.quiet(List.of()), source, Clocks.system());
  }

  static ClusterMesh start(Config config, GatewayName gateway) throws DevMeshException {
    return start(config, gateway, UnaryOperator.identity());
  }

  /**
   * @param local which of the pods run here
   */
  static ClusterMesh start(Config config, GatewayName gateway, UnaryOperator<LocalTable> local)
      throws DevMeshException {
    return new ClusterMesh(config, gateway, local);
  }

  KubeDiscovery discovery() {
    return source.discovery();
  }

  WorldHolder worlds() {
    return source.worlds();
  }

  Answer ask(String caller, String host, String path) {
    return request(caller, host, path).await();
  }

  Future<Answer> request(String caller, String host, String path) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(host)
            .setPort(80)
            .setURI(path)
            .setProxyOptions(mesh.socks(caller));
    return http.request(options).compose(HttpClientRequest::send).compose(ClusterMesh::answer);
  }

  private static Future<Answer> answer(HttpClientResponse response) {
    return response.body().map(body -> new Answer(response.statusCode(), body.toString()));
  }

  /** Waits until something is so. */
  void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not become so; " + discovery().notes());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  @Override
  public void close() {
    mesh.close();
    client.close();
    http.close().await();
    vertx.close().await();
  }
}
