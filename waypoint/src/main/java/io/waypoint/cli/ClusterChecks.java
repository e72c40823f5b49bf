// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import io.waypoint.controller.Controller;
import io.waypoint.discovery.kube.KubeSettings;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Looks at what a waypoint needs of a cluster, one thing after the other. */
final class ClusterChecks {
  private static final String KUBERNETES = "kubernetes";
  private static final String GATEWAY_API = "gateway-api";
  private static final String ISTIO = "istio";
  private static final String WAYPOINT = "waypoint";
  private static final String GATEWAY_API_HINT =
      "kubectl apply --server-side -f standard-install.yaml of a Gateway API release, 1.2 or later";
  private static final int OLDEST_MINOR = 29;

  private final KubernetesClient client;
  private final String rootNamespace;
  private final String controllerNamespace;
  private final List<Finding> found = new ArrayList<>();

  ClusterChecks(KubernetesClient client, String rootNamespace, String controllerNamespace) {
    this.client = client;
    this.rootNamespace = rootNamespace;
    this.controllerNamespace = controllerNamespace;
  }

  /** All of them; stops early when there is no API server to ask. */
  List<Finding> look() {
    apiServer();
    if (found.stream().noneMatch(Finding::isBad)) {
      definitions();
      istiod();
      meshSettings();
      roots();
      gatewayClass();
      controller();
    }
    return found;
  }

  private void apiServer() {
    String what = "the API server answers";
    try {
      VersionInfo version = client.getKubernetesVersion();
      String name = version.getGitVersion();
      int minor = Integer.parseInt(version.getMinor().replaceAll("[^0-9].*", ""));
      found.add(
          minor >= OLDEST_MINOR
              ? Finding.good(KUBERNETES, what, name)
              : Finding.doubtful(
                  KUBERNETES, what, name + " is older than 1.29", "upgrade before you rely on it"));
    } catch (KubernetesClientException e) {
      Outcome outcome = ClusterOptions.outcome(e, client.getConfiguration());
      found.add(
          Finding.bad(KUBERNETES, what, String.valueOf(outcome.getMessage()), outcome.hint()));
    }
  }

  private void definitions() {
    for (Kinds kind : Kinds.values()) {
      boolean istio = kind == Kinds.AUTHORIZATION_POLICY;
      String hint =
          istio
              ? "install Istio with its ambient profile: istioctl install --set profile=ambient"
              : GATEWAY_API_HINT;
      guarded(
          istio ? ISTIO : GATEWAY_API,
          kind.definition() + " is installed",
          "get customresourcedefinitions.apiextensions.k8s.io",
          () -> definition(kind, istio ? ISTIO : GATEWAY_API, hint));
    }
  }

  private Finding definition(Kinds kind, String group, String hint) {
    String what = kind.definition() + " is installed";
    CustomResourceDefinition definition =
        client.apiextensions().v1().customResourceDefinitions().withName(kind.definition()).get();
    if (definition == null) {
      return Finding.bad(group, what, "it is not", hint);
    }
    List<String> served =
        definition.getSpec().getVersions().stream()
            .filter(version -> Boolean.TRUE.equals(version.getServed()))
            .map(version -> version.getName())
            .toList();
    String wanted = kind.context().getVersion();
    if (!served.contains(wanted)) {
      return Finding.bad(
          group, what, "it serves " + String.join(", ", served) + ", not " + wanted, hint);
    }
    String bundle =
        Objects.requireNonNullElse(
                definition.getMetadata().getAnnotations(), Map.<String, String>of())
            .getOrDefault("gateway.networking.k8s.io/bundle-version", "");
    return Finding.good(group, what, bundle);
  }

  private void istiod() {
    String what = "istiod has ready endpoints";
    guarded(
        ISTIO,
        what,
        "get services and list endpointslices in " + rootNamespace,
        () -> {
          Service service = client.services().inNamespace(rootNamespace).withName("istiod").get();
          if (service == null) {
            return Finding.bad(
                ISTIO,
                what,
                "there is no Service %s/istiod".formatted(rootNamespace),
                "install Istio with its ambient profile, or name its namespace:"
                    + " --root-namespace");
          }
          long ready =
              client
                  .discovery()
                  .v1()
                  .endpointSlices()
                  .inNamespace(rootNamespace)
                  .withLabel("kubernetes.io/service-name", "istiod")
                  .list()
                  .getItems()
                  .stream()
                  .flatMap(slice -> slice.getEndpoints().stream())
                  .filter(endpoint ->
                      endpoint.getConditions() != null
                          && Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                  .count();
          boolean port = service.getSpec().getPorts().stream().anyMatch(p -> p.getPort() == 15012);
          if (ready == 0 || !port) {
            return Finding.bad(
                ISTIO,
                what,
                ready == 0 ? "none is ready" : "its Service has no port 15012",
                "kubectl get pods -n %s -l app=istiod".formatted(rootNamespace));
          }
          return Finding.good(ISTIO, what, ready + " on istiod." + rootNamespace + ".svc:15012");
        });
  }

  private void meshSettings() {
    String what = "the mesh's settings can be read";
    guarded(
        ISTIO,
        what,
        "get configmaps in " + rootNamespace,
        () -> {
          ConfigMap mesh = client.configMaps().inNamespace(rootNamespace).withName("istio").get();
          return mesh == null || mesh.getData() == null || !mesh.getData().containsKey("mesh")
              ? Finding.doubtful(
                  ISTIO,
                  what,
                  "there is no ConfigMap %s/istio with a key mesh".formatted(rootNamespace),
                  "defaults hold: trust domain cluster.local")
              : Finding.good(ISTIO, what, "");
        });
  }

  private void roots() {
    String what = "istiod gives its root to namespaces";
    guarded(
        ISTIO,
        what,
        "get configmaps in " + rootNamespace,
        () -> {
          ConfigMap root =
              client.configMaps().inNamespace(rootNamespace).withName("istio-ca-root-cert").get();
          return root == null
              ? Finding.bad(
                  ISTIO,
                  what,
                  "there is no ConfigMap %s/istio-ca-root-cert".formatted(rootNamespace),
                  "a waypoint's pod mounts it; istiod writes it when it runs")
              : Finding.good(ISTIO, what, "ConfigMap istio-ca-root-cert");
        });
  }

  private void gatewayClass() {
    String what = "GatewayClass " + GatewayYaml.CLASS + " is accepted";
    String hint = "install the chart with mode=controller; it brings the class and the controller";
    guarded(
        WAYPOINT,
        what,
        "get gatewayclasses.gateway.networking.k8s.io",
        () -> {
          GenericKubernetesResource gatewayClass =
              Kinds.GATEWAY_CLASS.get(client, "", GatewayYaml.CLASS);
          if (gatewayClass == null) {
            return Finding.bad(WAYPOINT, what, "there is none", hint);
          }
          String controller = Kinds.text(gatewayClass, "spec", "controllerName");
          if (!controller.equals(KubeSettings.CONTROLLER)) {
            return Finding.bad(
                WAYPOINT,
                what,
                "its controller is " + controller,
                "delete it and let the chart make it: the field cannot be changed");
          }
          Map<String, Object> accepted =
              Kinds.condition(Kinds.maps(gatewayClass, "status", "conditions"), "Accepted");
          return "True".equals(accepted.get("status"))
              ? Finding.good(WAYPOINT, what, controller)
              : Finding.bad(WAYPOINT, what, "nobody has accepted it", hint);
        });
  }

  private void controller() {
    String what = "a controller is at work";
    String lease = controllerNamespace + "/" + Controller.LEASE;
    String hint =
        "Gateways become pods by it: install the chart with mode=controller, or name its"
            + " namespace: --controller-namespace; without one, install mode=waypoint a namespace";
    guarded(
        WAYPOINT,
        what,
        "get leases in " + controllerNamespace,
        () -> {
          Lease held =
              client.leases().inNamespace(controllerNamespace).withName(Controller.LEASE).get();
          if (held == null
              || held.getSpec() == null
              || held.getSpec().getHolderIdentity() == null
              || held.getSpec().getRenewTime() == null) {
            return Finding.doubtful(WAYPOINT, what, "nobody holds Lease " + lease, hint);
          }
          Duration silent =
              Duration.between(held.getSpec().getRenewTime().toInstant(), Instant.now());
          int seconds = Objects.requireNonNullElse(held.getSpec().getLeaseDurationSeconds(), 15);
          return silent.toSeconds() > 2L * seconds
              ? Finding.doubtful(
                  WAYPOINT,
                  what,
                  "%s holds Lease %s and is silent for %d s"
                      .formatted(held.getSpec().getHolderIdentity(), lease, silent.toSeconds()),
                  "kubectl get pods -n " + controllerNamespace)
              : Finding.good(WAYPOINT, what, held.getSpec().getHolderIdentity());
        });
  }

  private void guarded(String group, String what, String rights, Supplier<Finding> look) {
    try {
      found.add(look.get());
    } catch (KubernetesClientException e) {
      found.add(
          e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
              ? Finding.doubtful(group, what, "we may not look", "you need: " + rights)
              : Finding.bad(group, what, KubeWords.of(e), "look at the API server first"));
    }
  }
}
