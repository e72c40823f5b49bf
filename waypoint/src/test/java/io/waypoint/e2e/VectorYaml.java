// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static io.waypoint.e2e.Vectors.map;

import com.nimbusds.jose.jwk.RSAKey;
import io.waypoint.jwks.Idp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/** Writes down a mesh in which sets of the vectors guard services. */
final class VectorYaml {
  /** Stands where this machine has no such address. */
  static final String ELSEWHERE = "127.192.2.9";

  private static final String SECURE = "secure";
  private static final String GATEWAY =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: WAYPOINT, namespace: WPHOME, labels: {istio.io/waypoint-for: all}}
      spec:
        gatewayClassName: vertx-waypoint
        listeners:
        - name: mesh
          port: 15008
          protocol: HBONE
          allowedRoutes: {namespaces: {from: All}}
      """;
  private static final String NAMESPACE =
      """
      ---
      apiVersion: v1
      kind: Namespace
      metadata:
        name: NS
        labels:
          istio.io/dataplane-mode: ambient
          istio.io/use-waypoint: WAYPOINT
          istio.io/use-waypoint-namespace: WPHOME
      """;
  private static final String APPLICATION =
      """
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: APP, namespace: NS}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: APP
        namespace: NS
        annotations: {waypoint.dev/endpoint: "127.0.0.1:PORT"}
      spec:
        selector: {matchLabels: {app: APP}}
        template:
          metadata: {labels: {app: APP}}
          spec: {serviceAccountName: APP}
      """;
  private static final String POD =
      """
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: app-1
        namespace: NS
        labels: {app: app}
        annotations: {waypoint.dev/endpoint: "127.0.0.1:PORT"}
      spec: {serviceAccountName: app}
      status: {podIP: 10.244.7.1}
      """;
  private static final String SERVICE =
      """
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: NAME, namespace: NS}
      spec:
        selector: {app: APP}
        ports:
        - {name: http, port: 8000}
        - {name: http-alt, port: 8080}
        - {name: http-nine, port: 9000}
      """;
  private static final String TOKENS =
      """
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: NAME, namespace: NS}
      spec:
        targetRefs: [{group: "", kind: Service, name: NAME}]
        jwtRules:
      """;

  /** The processes of the test. */
  record Ports(int application, int secure, int grpcAuthorizer, int httpAuthorizer) {}

  private final Ports ports;
  private final RSAKey key;

  VectorYaml(Ports ports, RSAKey key) {
    this.ports = ports;
    this.key = key;
  }

  /** The mesh of sets that share a context. */
  String of(List<Vectors.Group> groups) {
    Vectors.Group first = groups.getFirst();
    Map<String, Object> waypoint = map(first.context().get("waypoint"));
    String name = String.valueOf(waypoint.getOrDefault("name", "waypoint"));
    String namespace = String.valueOf(waypoint.getOrDefault("namespace", "foo"));
    var yaml = new StringBuilder(GATEWAY);
    yaml.append(NAMESPACE.replace("NS", first.namespace()));
    yaml.append(application("app", first.namespace(), ports.application()));
    if (first.addressesPods()) {
      yaml.append(
          POD.replace("NS", first.namespace())
              .replace("PORT", Integer.toString(ports.application())));
    }
    providers(first, yaml);
    mesh(first, yaml);
    if (groups.stream().anyMatch(Vectors.Group::needsTls)) {
      yaml.append(application(SECURE, first.namespace(), ports.secure()));
    }
    for (Vectors.Group group : groups) {
      yaml.append(service(group.service(), group.namespace(), "app"));
      group.policies().forEach(policy -> yaml.append("---\n").append(policy(group, policy)));
      yaml.append(tokens(group));
      if (group.needsTls()) {
        String twin = secure(group.service());
        yaml.append(service(twin, group.namespace(), SECURE).replace("name: http,", "name: tls,"));
        group
            .policies()
            .forEach(policy ->
                yaml.append("---\n")
                    .append(
                        policy(group, policy)
                            .replace("name: " + group.service(), "name: " + twin)));
      }
    }
    return yaml.toString().replace("WAYPOINT", name).replace("WPHOME", namespace);
  }

  /** The service beside a service whose port is declared TLS, under the same policies. */
  static String secure(String service) {
    return service + "-tls";
  }

  private static String application(String name, String namespace, int port) {
    return APPLICATION
        .replace("APP", name)
        .replace("NS", namespace)
        .replace("PORT", Integer.toString(port));
  }

  private static String service(String name, String namespace, String application) {
    return SERVICE.replace("NAME", name).replace("NS", namespace).replace("APP", application);
  }

  private void providers(Vectors.Group group, StringBuilder yaml) {
    map(group.context().get("providers"))
        .forEach((name, written) -> {
          boolean grpc = "grpc".equals(map(written).get("type"));
          int port = grpc ? ports.grpcAuthorizer() : ports.httpAuthorizer();
          yaml.append(application(name, group.namespace(), port));
          yaml.append(
              service(name, group.namespace(), name)
                  .replace("name: http,", grpc ? "name: grpc," : "name: http,"));
        });
  }

  private static void mesh(Vectors.Group group, StringBuilder yaml) {
    Map<String, Object> mesh = new LinkedHashMap<>();
    for (String field : List.of("trustDomain", "trustDomainAliases", "rootNamespace")) {
      if (group.context().get(field) != null) {
        mesh.put(field, group.context().get(field));
      }
    }
    if (group.context().get("pathNormalization") != null) {
      mesh.put(
          "pathNormalization", Map.of("normalization", group.context().get("pathNormalization")));
    }
    mesh.put(
        "extensionProviders",
        map(group.context().get("providers")).entrySet().stream()
            .map(entry -> provider(entry.getKey(), map(entry.getValue()), group.namespace()))
            .toList());
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("apiVersion", "v1");
    object.put("kind", "ConfigMap");
    object.put("metadata", Map.of("name", "istio", "namespace", "istio-system"));
    object.put("data", Map.of("mesh", dump(mesh)));
    yaml.append("---\n").append(dump(object));
  }

  private static Map<String, Object> provider(
      String name, Map<String, Object> written, String namespace) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("service", name + "." + namespace + ".svc.cluster.local");
    settings.put("port", 8000);
    settings.put("timeout", "10s");
    settings.put("failOpen", written.getOrDefault("failOpen", false));
    settings.put("statusOnError", String.valueOf(written.getOrDefault("statusOnError", 403)));
    String kind = "grpc".equals(written.get("type")) ? "envoyExtAuthzGrpc" : "envoyExtAuthzHttp";
    return Map.of("name", name, kind, settings);
  }

  private static String policy(Vectors.Group group, Map<String, Object> written) {
    if (!group.isShared()) {
      return dump(written);
    }
    Map<String, Object> policy = new LinkedHashMap<>(written);
    Map<String, Object> metadata = new LinkedHashMap<>(map(policy.get("metadata")));
    metadata.put("name", group.service() + "-" + metadata.get("name"));
    policy.put("metadata", metadata);
    return dump(policy)
        .replace("name: httpbin", "name: " + group.service())
        .replace("192.0.2.", "127.192.2.");
  }

  /** The claims of the vectors are those of tokens that were good: here are the rules for them. */
  private String tokens(Vectors.Group group) {
    var issuers = new TreeSet<String>();
    for (Vectors.Row row : group.rows()) {
      Map<String, Object> claims = row.claims();
      if (claims != null && row.obstacle() == null) {
        issuers.add(String.valueOf(claims.get("iss")));
      }
    }
    if (issuers.isEmpty()) {
      return "";
    }
    var rules =
        new StringBuilder(TOKENS.replace("NAME", group.service()).replace("NS", group.namespace()));
    for (String issuer : issuers) {
      rules
          .append("  - issuer: \"")
          .append(issuer)
          .append("\"\n    jwks: '")
          .append(Idp.jwks(key.toPublicJWK()))
          .append("'\n");
    }
    return rules.toString();
  }

  private static String dump(Object object) {
    return new Dump(DumpSettings.builder().build()).dumpToString(object);
  }
}
