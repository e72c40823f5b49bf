// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.waypoint.discovery.kube.KubeClients;
import io.waypoint.discovery.wds.WdsSettings;
import io.waypoint.pod.PodProxy;
import io.waypoint.pod.PodSettings;
import io.waypoint.pod.PodSettings.CensusSource;
import io.waypoint.world.GatewayName;
import io.waypoint.world.MeshSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The proxy as a pod of its Gateway. */
record KubeRun(
    Serving serving, CensusSource census, @Nullable String context, @Nullable Path certs) {
  int serve(Map<String, String> environment) {
    PodSettings settings = settings(environment);
    CompletableFuture<Void> end = new CompletableFuture<>();
    Signals.onFirst(() -> end.complete(null));
    try (KubernetesClient client = client();
        PodProxy proxy =
            serving.start(() ->
                PodProxy.start(
                    serving.settings(), settings, client, serving.accessLog(), serving.clocks()))) {
      proxy.drainAsked().thenRun(() -> end.complete(null));
      serving.announce(proxy.waypoint(), settings.version());
      end.join();
      serving.terminal().err().println("draining");
      proxy.drainAndClose();
      return ExitCode.OK;
    }
  }

  private KubernetesClient client() {
    try {
      return KubeClients.open(context);
    } catch (KubernetesClientException e) {
      throw new Outcome(
          ExitCode.CONFIG,
          "the API server cannot be used: " + e.getMessage(),
          "in a pod mount the service account; elsewhere check KUBECONFIG and --context");
    }
  }

  private PodSettings settings(Map<String, String> environment) {
    String name = serving.settings().instance().gateway();
    if (name == null) {
      throw new Outcome(
          ExitCode.USAGE,
          "with --kube our Gateway must be named",
          "say --gateway NS/NAME, or set WAYPOINT_INSTANCE_GATEWAY");
    }
    GatewayName gateway = GatewayName.parse(name);
    var pod =
        new WdsSettings.Pod(
            environment.getOrDefault(
                "POD_NAME", gateway.name() + "-" + ProcessHandle.current().pid()),
            environment.getOrDefault("POD_NAMESPACE", gateway.namespace()),
            environment.getOrDefault("SERVICE_ACCOUNT", gateway.name()),
            environment.getOrDefault("POD_IP", ownAddress()),
            environment.getOrDefault("NODE_NAME", ""),
            MeshSettings.DEFAULTS.clusterDomain());
    return new PodSettings(
        gateway, pod, census, certs, serving.listen(), BuildInfo.load().version());
  }

  private static String ownAddress() {
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException _) {
      return InetAddress.getLoopbackAddress().getHostAddress();
    }
  }
}
