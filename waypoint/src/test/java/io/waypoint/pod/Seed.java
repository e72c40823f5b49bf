// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.waypoint.chart.Chart;
import io.waypoint.cluster.Author;
import io.waypoint.cluster.Manifests;

/** The objects of the story that a user applies. */
final class Seed {
  private Seed() {}

  static void gateway(Author author) {
    author.apply(Manifests.GATEWAY_CLASS);
    author.apply(Manifests.gateway("shop"));
  }

  /** What the chart makes of a Gateway: without kubelets, its roles above all. */
  static void deployment(Author author) {
    author.apply(
        Chart.text(
            "shop",
            """
            name: waypoint
            gateway: {create: false}
            tests: {enabled: false}
            """));
  }

  static void service(Author author, String name, String selector) {
    author.apply(Manifests.service("shop", name, selector));
  }

  /** All of {@code reviews} by weight. */
  static String weights(int first, int second) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: reviews, namespace: shop}
    spec:
      parentRefs: [{group: "", kind: Service, name: reviews, port: 80}]
      rules:
      - backendRefs: [{name: reviews-v1, port: 80, weight: %d}, {name: reviews-v2, port: 80, weight: %d}]
    """
        .formatted(first, second);
  }

  /** One of many routes. */
  static String shelf(String name) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: %s, namespace: shop}
    spec:
      parentRefs: [{group: "", kind: Service, name: %s, port: 80}]
      rules:
      - matches: [{path: {type: PathPrefix, value: /%s}}, {headers: [{name: x-shelf, value: "1"}]}]
        filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-shelf, value: "2"}]}}]
        backendRefs: [{name: %s, port: 80, weight: 9}, {name: reviews-v1, port: 80, weight: 1}]
      - backendRefs: [{name: %s, port: 80}]
    """
        .formatted(name, name, name, name, name);
  }

  static final String ONLY_SLEEP_MAY_READ =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: reviews, namespace: shop}
      spec:
        targetRefs: [{group: "", kind: Service, name: reviews}]
        action: ALLOW
        rules:
        - from: [{source: {principals: ["cluster.local/ns/shop/sa/sleep"]}}]
          to: [{operation: {methods: [GET]}}]
      """;
}
