// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything that is watched, and which work a change of it makes. */
final class Feeds implements AutoCloseable {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  private final KubernetesClient client;
  private final Consumer<Task> work;
  private final ScheduledExecutorService scheduler =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("controller-ask-", 0).factory());
  private final Feed classes;
  private final Feed gateways;
  private final Map<OwnedKind, Feed> owned = new EnumMap<>(OwnedKind.class);
  private final Feed slices;
  private final Feed policies;
  private final Feed namespaces;
  private final Feed services;
  private final Map<String, Feed> parameters = new HashMap<>();

  Feeds(KubernetesClient client, Consumer<Task> work) {
    this.client = client;
    this.work = work;
    classes = feed(Topic.classes(), this::classChanged);
    gateways = feed(Topic.gateways(), this::gatewayChanged);
    for (OwnedKind kind : OwnedKind.values()) {
      owned.put(kind, feed(Topic.owned(kind), this::ownedChanged));
    }
    slices = feed(Topic.slices(), this::sliceChanged);
    policies = feed(Topic.policies(), this::policiesChanged);
    namespaces = feed(Topic.boundNamespaces(), this::policiesChanged);
    services = feed(Topic.boundServices(), this::policiesChanged);
  }

  private Feed feed(Topic topic, Consumer<GenericKubernetesResource> changed) {
    return new Feed(client, topic, scheduler, changed);
  }

  void start() {
    all().forEach(Feed::start);
  }

  private List<Feed> all() {
    List<Feed> all = new ArrayList<>(List.of(classes, gateways));
    all.addAll(owned.values());
    all.addAll(List.of(slices, policies, namespaces, services));
    return all;
  }

  private void classChanged(GenericKubernetesResource gatewayClass) {
    String name = gatewayClass.getMetadata().getName();
    work.accept(new Task.OfClass(name));
    for (GenericKubernetesResource gateway : gateways.all()) {
      if (Trees.text(gateway.get("spec"), "gatewayClassName").equals(name)) {
        gatewayChanged(gateway);
      }
    }
  }

  private void gatewayChanged(GenericKubernetesResource gateway) {
    work.accept(
        new Task.OfGateway(gateway.getMetadata().getNamespace(), gateway.getMetadata().getName()));
    work.accept(new Task.OfPolicies());
  }

  private void ownedChanged(GenericKubernetesResource object) {
    Map<String, String> labels =
        Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    String namespace = labels.get(ManagedGateway.NAMESPACE_LABEL);
    String gateway = labels.get(ManagedGateway.NAME_LABEL);
    if (namespace != null && gateway != null) {
      work.accept(new Task.OfGateway(namespace, gateway));
    }
    List<OwnerReference> owners =
        Objects.requireNonNullElse(object.getMetadata().getOwnerReferences(), List.of());
    for (OwnerReference owner : owners) {
      if (owner.getKind().equals("Gateway") && object.getMetadata().getNamespace() != null) {
        work.accept(new Task.OfGateway(object.getMetadata().getNamespace(), owner.getName()));
      }
    }
  }

  private void sliceChanged(GenericKubernetesResource slice) {
    String service =
        Objects.requireNonNullElse(slice.getMetadata().getLabels(), Map.<String, String>of())
            .get(SERVICE_NAME);
    if (service != null) {
      work.accept(new Task.OfGateway(slice.getMetadata().getNamespace(), service));
    }
  }

  private void policiesChanged(GenericKubernetesResource object) {
    work.accept(new Task.OfPolicies());
  }

  /** Everything, as after taking over from another replica. */
  void workOnAll() {
    classes.all().forEach(this::classChanged);
    gateways.all().forEach(this::gatewayChanged);
    owned.values().forEach(feed -> feed.all().forEach(this::ownedChanged));
    work.accept(new Task.OfPolicies());
  }

  @Nullable GenericKubernetesResource gatewayClass(String name) {
    return classes.get("", name);
  }

  @Nullable GenericKubernetesResource gateway(String namespace, String name) {
    return gateways.get(namespace, name);
  }

  List<GenericKubernetesResource> gateways() {
    return gateways.all();
  }

  Feed owned(OwnedKind kind) {
    return Objects.requireNonNull(owned.get(kind));
  }

  List<GenericKubernetesResource> policies() {
    return policies.all();
  }

  List<GenericKubernetesResource> namespaces() {
    return namespaces.all();
  }

  List<GenericKubernetesResource> services() {
    return services.all();
  }

  /** Whether a ready endpoint stands behind a Service of ours. */
  boolean isServed(String namespace, String service) {
    return slices.all().stream()
        .filter(slice -> namespace.equals(slice.getMetadata().getNamespace()))
        .filter(slice ->
            slice.getMetadata().getLabels() != null
                && service.equals(slice.getMetadata().getLabels().get(SERVICE_NAME)))
        .flatMap(slice -> Trees.list(slice.get("endpoints")).stream())
        .anyMatch(endpoint -> Boolean.TRUE.equals(Trees.at(endpoint, "conditions", "ready")));
  }

  /**
   * A ConfigMap that a Gateway names: watched from the first time it is asked for, as long as it is
   * {@link #keepParameters named}.
   *
   * @return null as long as it has not been looked for; then the Gateway is worked on again
   */
  synchronized @Nullable Feed parameters(ManagedGateway gateway, String configMap) {
    String key = gateway.namespace() + "/" + configMap;
    Feed known = parameters.get(key);
    if (known == null) {
      known =
          feed(Topic.configMap(gateway.namespace(), configMap), any -> named(gateway, configMap))
              .start();
      parameters.put(key, known);
    }
    return known.isComplete() ? known : null;
  }

  private void named(ManagedGateway first, String configMap) {
    for (GenericKubernetesResource gateway : gateways.all()) {
      boolean here = first.namespace().equals(gateway.getMetadata().getNamespace());
      String name = ManagedGateway.Infrastructure.of(gateway.get("spec")).parameters();
      if (here && configMap.equals(name)) {
        work.accept(new Task.OfGateway(first.namespace(), gateway.getMetadata().getName()));
      }
    }
  }

  /** Ends the watch of ConfigMaps that no Gateway names any more. */
  synchronized void keepParameters() {
    parameters
        .entrySet()
        .removeIf(entry -> {
          boolean wanted =
              gateways.all().stream()
                  .anyMatch(gateway -> entry.getKey().equals(parametersOf(gateway)));
          if (!wanted) {
            entry.getValue().close();
          }
          return !wanted;
        });
  }

  private static @Nullable String parametersOf(GenericKubernetesResource gateway) {
    String name = ManagedGateway.Infrastructure.of(gateway.get("spec")).parameters();
    return name == null ? null : gateway.getMetadata().getNamespace() + "/" + name;
  }

  /** Whether everything that the making of waypoints needs was seen once. */
  boolean areComplete() {
    return classes.isComplete()
        && gateways.isComplete()
        && owned.values().stream().allMatch(Feed::isComplete)
        && slices.isComplete();
  }

  /** What does not reach us, a line each. */
  synchronized List<String> obstacles() {
    List<String> lines = new ArrayList<>();
    List<Feed> feeds = new ArrayList<>(all());
    feeds.addAll(parameters.values());
    for (Feed feed : feeds) {
      String why = feed.obstacle();
      if (why != null && !lines.contains(why)) {
        lines.add(why);
      }
    }
    return lines;
  }

  @Override
  public synchronized void close() {
    scheduler.shutdownNow();
    all().forEach(Feed::close);
    parameters.values().forEach(Feed::close);
  }
}
