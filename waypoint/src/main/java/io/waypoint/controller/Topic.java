// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import org.jspecify.annotations.Nullable;

/**
 * Which objects of a kind are watched.
 *
 * @param label only those that carry it; null for all
 * @param value only those whose label says this; null for whatever it says
 * @param namespace and {@code name}: only this one object; null for all
 */
record Topic(
    ResourceDefinitionContext resource,
    @Nullable String label,
    @Nullable String value,
    @Nullable String namespace,
    @Nullable String name) {
  static final String USE_WAYPOINT = "istio.io/use-waypoint";

  private static final String GATEWAY_GROUP = "gateway.networking.k8s.io";

  static Topic classes() {
    return all(of(GATEWAY_GROUP, "GatewayClass", "gatewayclasses", false));
  }

  static Topic gateways() {
    return all(of(GATEWAY_GROUP, "Gateway", "gateways", true));
  }

  static Topic policies() {
    return all(of("security.istio.io", "AuthorizationPolicy", "authorizationpolicies", true));
  }

  /** Ours of a kind, by the label that all of ours carry. */
  static Topic owned(OwnedKind kind) {
    return managed(kind.resource());
  }

  /** Kubernetes gives the slices of a Service its labels. */
  static Topic slices() {
    return managed(of("discovery.k8s.io", "EndpointSlice", "endpointslices", true));
  }

  static Topic boundNamespaces() {
    return bound(of("", "Namespace", "namespaces", false));
  }

  static Topic boundServices() {
    return bound(of("", "Service", "services", true));
  }

  static Topic configMap(String namespace, String name) {
    return new Topic(of("", "ConfigMap", "configmaps", true), null, null, namespace, name);
  }

  private static Topic all(ResourceDefinitionContext resource) {
    return new Topic(resource, null, null, null, null);
  }

  private static Topic managed(ResourceDefinitionContext resource) {
    return new Topic(resource, ManagedGateway.MANAGED_LABEL, ManagedGateway.MANAGED, null, null);
  }

  private static Topic bound(ResourceDefinitionContext resource) {
    return new Topic(resource, USE_WAYPOINT, null, null, null);
  }

  private static ResourceDefinitionContext of(
      String group, String kind, String plural, boolean namespaced) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion("v1")
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(namespaced)
        .build();
  }

  /** As a person would write it, for example {@code gateways.gateway.networking.k8s.io}. */
  String words() {
    return Permission.resource(resource.getGroup(), resource.getPlural());
  }

  String permission() {
    return Permission.needed(resource.getGroup(), resource.getPlural(), "get, list, watch");
  }
}
