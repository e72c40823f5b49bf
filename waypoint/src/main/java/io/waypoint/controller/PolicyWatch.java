// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.config.Source;
import io.waypoint.discovery.Manifest;
import io.waypoint.discovery.translate.PolicyReader;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns the author of a policy that ztunnel enforces when it keeps a waypoint of ours away from
 * workloads that are reached through it.
 */
final class PolicyWatch {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyWatch.class);

  private static final String USE_WAYPOINT_NAMESPACE = "istio.io/use-waypoint-namespace";

  private final KubernetesClient client;
  private final Feeds feeds;
  private final EventWriter events;
  private final String rootNamespace;

  PolicyWatch(KubernetesClient client, Feeds feeds, EventWriter events, String rootNamespace) {
    this.client = client;
    this.feeds = feeds;
    this.events = events;
    this.rootNamespace = rootNamespace;
  }

  /** A Gateway of ours that something in a namespace is bound to. */
  private record Binding(String namespace, String gateway, Map<String, String> pods) {}

  /** Whether it is done. */
  boolean look() {
    List<Binding> bindings = bindings();
    if (bindings.isEmpty()) {
      return true;
    }
    MeshTrust trust = trust();
    for (GenericKubernetesResource object : feeds.policies()) {
      if (Trees.list(object.get("spec"), "targetRefs").isEmpty()
          && Trees.at(object.get("spec"), "targetRef") == null) {
        look(object, bindings, trust);
      }
    }
    return true;
  }

  private void look(GenericKubernetesResource object, List<Binding> bindings, MeshTrust trust) {
    AuthorizationPolicy policy = read(object);
    Map<String, String> selector = Trees.texts(object.get("spec"), "selector", "matchLabels");
    Set<String> out = new TreeSet<>();
    for (Binding binding : bindings) {
      boolean here =
          policy.namespace().equals(rootNamespace)
              || policy.namespace().equals(binding.namespace());
      String principal = principal(binding.gateway(), trust);
      if (here
          && LeftOut.by(policy, trust, "spiffe://" + principal)
          && selects(selector, binding)) {
        out.add(principal);
      }
    }
    for (String principal : out) {
      events.warn(
          object,
          "WaypointLeftOut",
          "ztunnel refuses what comes through the waypoint: no rule allows %s; add this principal"
                  .formatted(principal)
              + " to a rule, or let the waypoint enforce the policy: spec.targetRefs");
    }
  }

  private static String principal(String gateway, MeshTrust trust) {
    int slash = gateway.indexOf('/');
    return trust.trustDomain().name()
        + "/ns/"
        + gateway.substring(0, slash)
        + "/sa/"
        + gateway.substring(slash + 1);
  }

  private static AuthorizationPolicy read(GenericKubernetesResource object) {
    Map<String, Object> document = new LinkedHashMap<>();
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", object.getMetadata().getName());
    metadata.put("namespace", object.getMetadata().getNamespace());
    metadata.put(
        "annotations", Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of()));
    document.put("metadata", metadata);
    document.put("spec", Objects.requireNonNullElse(object.get("spec"), Map.of()));
    String namespace = object.getMetadata().getNamespace();
    String name = object.getMetadata().getName();
    return PolicyReader.read(
        new Manifest(
            "security.istio.io",
            "AuthorizationPolicy",
            namespace,
            name,
            ReadObject.of(Source.object("AuthorizationPolicy", namespace, name, ""), document)
                .doc(new Problems())));
  }

  private List<Binding> bindings() {
    Set<String> ours = new TreeSet<>();
    for (GenericKubernetesResource gateway : feeds.gateways()) {
      GenericKubernetesResource gatewayClass =
          feeds.gatewayClass(Trees.text(gateway.get("spec"), "gatewayClassName"));
      if (gatewayClass != null && ManagedGateway.isOurs(gatewayClass)) {
        ours.add(gateway.getMetadata().getNamespace() + "/" + gateway.getMetadata().getName());
      }
    }
    List<Binding> bindings = new ArrayList<>();
    for (GenericKubernetesResource namespace : feeds.namespaces()) {
      String name = namespace.getMetadata().getName();
      add(bindings, ours, new Binding(name, named(namespace, name), Map.of()));
    }
    for (GenericKubernetesResource service : feeds.services()) {
      String namespace = service.getMetadata().getNamespace();
      Map<String, String> pods = Trees.texts(service.get("spec"), "selector");
      if (!pods.isEmpty()) {
        add(bindings, ours, new Binding(namespace, named(service, namespace), pods));
      }
    }
    return bindings;
  }

  private static void add(List<Binding> bindings, Set<String> ours, Binding binding) {
    if (ours.contains(binding.gateway())) {
      bindings.add(binding);
    }
  }

  private static String named(GenericKubernetesResource object, String namespace) {
    Map<String, String> labels =
        Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    return labels.getOrDefault(USE_WAYPOINT_NAMESPACE, namespace)
        + "/"
        + labels.getOrDefault(Topic.USE_WAYPOINT, "");
  }

  /** Whether a policy's selector meets pods that are reached through the waypoint. */
  private boolean selects(Map<String, String> selector, Binding binding) {
    if (selector.isEmpty()) {
      return true;
    }
    Map<String, String> both = new LinkedHashMap<>(binding.pods());
    for (Map.Entry<String, String> label : selector.entrySet()) {
      String other = both.put(label.getKey(), label.getValue());
      if (other != null && !other.equals(label.getValue())) {
        return false;
      }
    }
    try {
      return client
          .pods()
          .inNamespace(binding.namespace())
          .withLabels(both)
          .list(new ListOptionsBuilder().withLimit(10L).build())
          .getItems()
          .stream()
          .anyMatch(pod -> !pod.getMetadata().getLabels().containsKey(ManagedGateway.NAME_LABEL));
    } catch (KubernetesClientException e) {
      LOG.atWarn()
          .addKeyValue("namespace", binding.namespace())
          .addKeyValue(
              "why",
              Permission.isMissing(e)
                  ? "not allowed: " + Permission.needed("", "pods", "get, list, watch")
                  : Permission.words(e))
          .log("cannot tell which pods a policy is for");
      return false;
    }
  }

  /** The mesh's own; Istio's default as long as it cannot be read. */
  private MeshTrust trust() {
    TrustDomain domain = MeshTrust.DEFAULT.trustDomain();
    try {
      ConfigMap istio = client.configMaps().inNamespace(rootNamespace).withName("istio").get();
      String named = istio == null ? "" : trustDomain(istio);
      domain = named.isEmpty() ? domain : new TrustDomain(named);
    } catch (KubernetesClientException | IllegalArgumentException e) {
      LOG.atWarn().addKeyValue("why", e.getMessage()).log("mesh settings not read");
    }
    return new MeshTrust(domain, List.of(), rootNamespace);
  }

  private static String trustDomain(ConfigMap istio) {
    @Nullable String mesh = istio.getData() == null ? null : istio.getData().get("mesh");
    return mesh == null
        ? ""
        : Trees.text(Trees.mapping(mesh, "ConfigMap istio, key mesh"), "trustDomain");
  }
}
