// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** How the API server is reached. */
public final class KubeClients {
  private static final int FIRST_RECONNECT_MILLIS = 250;
  private static final int CONNECT_MILLIS = 3_000;
  private static final int REQUEST_MILLIS = 15_000;

  private KubeClients() {}

  /**
   * Inside a pod its service account, elsewhere the kubeconfig as kubectl finds it.
   *
   * @param context of the kubeconfig; null for its current one
   */
  public static KubernetesClient open(@Nullable String context) {
    return open(Config.autoConfigure(context));
  }

  /** One that reconnects at the pace of a proxy, on threads that end with the process. */
  public static KubernetesClient open(Config config) {
    Config paced =
        new ConfigBuilder(config)
            .withWatchReconnectInterval(FIRST_RECONNECT_MILLIS)
            .withConnectionTimeout(CONNECT_MILLIS)
            .withRequestTimeout(REQUEST_MILLIS)
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(paced)
        .withHttpClientFactory(new JdkHttpClientFactory())
        .withTaskExecutorSupplier(() ->
            Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("kube-watch-", 0).factory()))
        .build();
  }
}
