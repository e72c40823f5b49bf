// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.waypoint.discovery.kube.KubeClients;
import java.io.File;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command speaks to, as kubectl's flags of the same names say it. */
final class ClusterOptions {
  private static final Path POD_TOKEN =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

  @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Default: as kubectl's.")
  private @Nullable Path kubeconfig;

  @Option(names = "--context", paramLabel = "NAME", description = "A context of the kubeconfig.")
  private @Nullable String context;

  /** Does something with the cluster; what it has against us becomes an outcome with a hint. */
  interface Use {
    int with(KubernetesClient client);
  }

  int use(Use use) {
    Config config = config();
    try (KubernetesClient client = KubeClients.open(config)) {
      return use.with(client);
    } catch (KubernetesClientException e) {
      throw outcome(e, config);
    }
  }

  /** How the cluster is reached; without any word on that, an outcome. */
  Config config() {
    Config config =
        kubeconfig == null
            ? Config.autoConfigure(context)
            : Config.fromKubeconfig(context, readable(kubeconfig));
    boolean told =
        config.getCurrentContext() != null
            || Files.exists(POD_TOKEN)
            || System.getenv("KUBERNETES_MASTER") != null;
    if (!told) {
      throw new Outcome(
          ExitCode.UNAVAILABLE,
          context == null
              ? "no cluster is configured: there is no kubeconfig and this is no pod"
              : "the kubeconfig has no context " + context,
          "name one: --kubeconfig FILE, KUBECONFIG or ~/.kube/config;"
              + " 'kubectl config get-contexts' lists what there is");
    }
    return config;
  }

  private static File readable(Path file) {
    if (!Files.isReadable(file)) {
      throw new Outcome(
          ExitCode.NO_INPUT, "cannot read " + file, "check the path after --kubeconfig");
    }
    return file.toFile();
  }

  /** What an answer of the API server, or none, means for the person who ran a command. */
  static Outcome outcome(KubernetesClientException failure, Config config) {
    String said = KubeWords.of(failure);
    return switch (failure.getCode()) {
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          new Outcome(
              ExitCode.UNAVAILABLE,
              "the API server at " + config.getMasterUrl() + " does not know us",
              "the token or certificate of the kubeconfig has ended or is of another cluster");
      case HttpURLConnection.HTTP_FORBIDDEN ->
          new Outcome(
              ExitCode.UNAVAILABLE,
              said,
              "ask for a role that allows it; 'kubectl auth can-i --list' shows what you may");
      case HttpURLConnection.HTTP_NOT_FOUND ->
          new Outcome(
              ExitCode.UNAVAILABLE,
              said.equals("Not Found") ? "the API server has no such kind of object" : said,
              "if the Gateway API is not installed: kubectl apply --server-side -f the"
                  + " standard-install.yaml of its release; 'waypoint check' tells");
      default ->
          failure.getStatus() == null
              ? new Outcome(
                  ExitCode.UNAVAILABLE,
                  "no answer from the API server at " + config.getMasterUrl() + ": " + said,
                  "is the cluster up, and is it the one you mean? kubectl config current-context")
              : new Outcome(
                  ExitCode.UNAVAILABLE,
                  "the API server says: " + said,
                  "'waypoint check' looks at what a waypoint needs");
    };
  }
}
