// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.load.rig.Plan.Rule;
import io.waypoint.load.rig.Plan.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan as the Kubernetes, Gateway API and Istio YAML that {@code waypoint run -f} reads. */
final class WaypointConfig {
  /** The Gateway API's limit of rules in one HTTPRoute. */
  private static final int RULES_PER_ROUTE = 16;

  private final StringBuilder yaml = new StringBuilder();
  private final Plan plan;
  private final boolean flipped;

  private WaypointConfig(Plan plan, boolean flipped) {
    this.plan = plan;
    this.flipped = flipped;
  }

  static String of(Plan plan) {
    return of(plan, false);
  }

  /**
   * @param flipped whether the weights are turned over
   */
  static String of(Plan plan, boolean flipped) {
    WaypointConfig config = new WaypointConfig(plan, flipped);
    config.frame();
    for (Version version : Version.values()) {
      config.workloads(version);
    }
    config.routes();
    config.shelves();
    config.tokens(plan.keys());
    plan.rules().forEach(config::policy);
    return config.yaml.toString();
  }

  private void frame() {
    yaml.append(
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: bench
          labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: waypoint, namespace: bench, labels: {istio.io/waypoint-for: service}}
        spec:
          gatewayClassName: vertx-waypoint
          listeners: [{name: mesh, port: 15008, protocol: HBONE}]
        """);
    service(Plan.SERVICE, Plan.SERVICE_ADDRESS, "none");
    account("caller");
  }

  private void account(String name) {
    document(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: %s, namespace: bench}
        """
            .formatted(name));
  }

  private void workloads(Version version) {
    service(version.service(), "10.99.0." + (1 + version.number()), version.label());
    account(version.service());
    List<String> pods = plan.pods(version);
    for (int i = 0; i < pods.size(); i++) {
      document(
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: %s-%d, namespace: bench, labels: {app: echo, version: %s}}
          spec:
            serviceAccountName: %s
            containers: [{name: echo, image: echo, ports: [{containerPort: %d}]}]
          status: {phase: Running, podIP: %s, podIPs: [{ip: %s}]}
          """
              .formatted(
                  version.service(),
                  i,
                  version.label(),
                  version.service(),
                  Plan.APP,
                  pods.get(i),
                  pods.get(i)));
    }
  }

  private void service(String name, String address, String version) {
    document(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: bench}
        spec:
          clusterIP: %s
          selector: {app: echo, version: %s}
          ports: [{name: %s, port: %d, targetPort: %d}]
        """
            .formatted(
                name,
                address,
                version,
                plan.isHttp2() ? "grpc" : "http",
                Plan.SERVICE_PORT,
                Plan.APP));
  }

  private void routes() {
    List<String> prefixes = plan.prefixes();
    for (int from = 0; from < prefixes.size(); from += RULES_PER_ROUTE) {
      document(
          """
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: {name: route-%05d, namespace: bench}
          spec:
            parentRefs: [{kind: Service, group: "", name: echo, port: %d}]
            rules:
          """
              .formatted(from, Plan.SERVICE_PORT));
      int to = Math.min(prefixes.size(), from + RULES_PER_ROUTE);
      for (String prefix : prefixes.subList(from, to)) {
        yaml.append("  - matches: [{path: {type: PathPrefix, value: ")
            .append(prefix)
            .append("}}]\n    backendRefs: [");
        for (Version version : Version.values()) {
          yaml.append(version.number() == 1 ? "{name: " : ", {name: ")
              .append(version.service())
              .append(", port: ")
              .append(Plan.SERVICE_PORT)
              .append(", weight: ")
              .append(flipped ? 100 - version.weight() : version.weight())
              .append('}');
        }
        yaml.append("]\n");
      }
    }
  }

  /** Tokens go on as they came, so that what is forwarded is the same with and without this. */
  private void tokens(@Nullable String keys) {
    if (keys != null) {
      document(
          """
          apiVersion: security.istio.io/v1
          kind: RequestAuthentication
          metadata: {name: tokens, namespace: bench}
          spec:
            targetRefs: [{kind: Service, group: "", name: echo}]
            jwtRules:
            - issuer: "%s"
              audiences: ["https://echo.bench"]
              forwardOriginalToken: true
              jwks: '%s'
          """
              .formatted(Tokens.ISSUER, keys));
    }
  }

  private void shelves() {
    for (int i = 0; i < plan.services(); i++) {
      service(Plan.service(i), Plan.serviceAddress(i), "none");
      document(
          """
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: {name: %1$s, namespace: bench}
          spec:
            parentRefs: [{kind: Service, group: "", name: %1$s, port: %2$d}]
            rules:
            - backendRefs: [{name: %3$s, port: %2$d}]
          """
              .formatted(Plan.service(i), Plan.SERVICE_PORT, Version.V1.service()));
    }
  }

  private void policy(Rule rule) {
    String caller = Plan.TRUST.name() + "/ns/bench/sa/";
    switch (rule) {
      case Rule.DenyOther deny -> {
        String other = "other-" + deny.number();
        account(other);
        policy(deny.number(), "DENY", principal(caller + other), "/deny/" + deny.number());
      }
      case Rule.AllowOther allow ->
          policy(allow.number(), "ALLOW", principal(caller + "caller"), "/allow/" + allow.number());
      case Rule.AllowUs us -> {
        String who = principal(caller + "caller");
        String bearer = ", requestPrincipals: [\"" + Tokens.ISSUER + "/*\"]";
        policy(us.number(), "ALLOW", plan.keys() == null ? who : who + bearer, "/r");
      }
    }
  }

  private static String principal(String name) {
    return "principals: [\"" + name + "\"]";
  }

  private void policy(int number, String action, String source, String prefix) {
    document(
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: policy-%05d, namespace: bench}
        spec:
          targetRefs: [{kind: Service, group: "", name: echo}]
          action: %s
          rules:
          - from: [{source: {%s}}]
            to: [{operation: {methods: [GET, POST], paths: ["%s/*"]}}]
        """
            .formatted(number, action, source, prefix));
  }

  private void document(String text) {
    yaml.append("---\n").append(text);
  }
}
