// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.waypoint.cluster.Author;
import io.waypoint.cluster.Manifests;
import io.waypoint.world.GatewayName;
import java.util.Map;

/** A namespace with a waypoint of ours, a service and its two versions. */
final class Shop {
  static final GatewayName GATEWAY = new GatewayName("shop", "waypoint");
  static final String CALLER = "sleep.shop";

  private Shop() {}

  static void open(Author author) {
    author.namespace(
        "shop", Map.of("istio.io/use-waypoint", "waypoint", "istio.io/dataplane-mode", "ambient"));
    author.apply(Manifests.GATEWAY_CLASS);
    author.apply(Manifests.gateway("shop"));
    service(author, "cart", "app: cart");
    service(author, "cart-v1", "app: cart, version: v1");
    service(author, "cart-v2", "app: cart, version: v2");
    author.pod("shop", "cart-v1", "10.244.0.11", Map.of("app", "cart", "version", "v1"));
    author.pod("shop", "cart-v2", "10.244.0.12", Map.of("app", "cart", "version", "v2"));
  }

  static void service(Author author, String name, String selector) {
    author.apply(Manifests.service("shop", name, selector));
  }

  /** A route of all of the cart's traffic to one of its versions. */
  static String route(String name, String path, String backend) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: %s, namespace: shop}
    spec:
      parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
      rules:
      - matches: [{path: {type: PathPrefix, value: %s}}]
        backendRefs: [{name: %s, port: 80}]
    """
        .formatted(name, path, backend);
  }
}
