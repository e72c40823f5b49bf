// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.rbac.Attachment;
import io.waypoint.rbac.IpAddress;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.RequestTarget;
import io.waypoint.rbac.Shadow;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.Verdict;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One entry of the vectors: policies in their surroundings, and requests with expectations. */
record Vector(Map<String, Object> entry, Map<String, Object> context) {
  private static final String FILE = "/vectors/authz-vectors.yaml";

  static List<Vector> load() {
    InputStream file = Objects.requireNonNull(Vector.class.getResourceAsStream(FILE));
    Object entries = new Load(LoadSettings.builder().build()).loadFromInputStream(file);
    List<Vector> vectors = new ArrayList<>();
    for (Map<String, Object> entry : maps(entries)) {
      vectors.add(new Vector(entry, map(entry.getOrDefault("context", Map.of()))));
    }
    return vectors;
  }

  String name() {
    return text(entry, "name", "");
  }

  PathNormalization normalization() {
    return PathNormalization.valueOf(text(context, "pathNormalization", "BASE"));
  }

  PolicySet policies() {
    Attachment attachment = attachment();
    List<AuthorizationPolicy> attached = new ArrayList<>();
    for (Map<String, Object> policy : maps(entry.get("policies"))) {
      AuthorizationPolicy read = VectorPolicy.read(policy);
      if (attachment.covers(read)) {
        attached.add(read);
      }
    }
    return PolicySet.compile(attached, trust());
  }

  List<Ask> asks() {
    return maps(entry.get("requests")).stream().map(Ask::new).toList();
  }

  /** Whether the verdict stands in for an authorizer that this mesh knows and would ask. */
  boolean asksAuthorizer(Verdict verdict) {
    Map<String, Object> providers = map(context.getOrDefault("providers", Map.of()));
    boolean several = Boolean.TRUE.equals(context.get("multipleCustomProviders"));
    return verdict instanceof Verdict.Deny(_, Verdict.Reason reason)
        && reason == Verdict.Reason.AUTHORIZER_UNAVAILABLE
        && (providers.size() == 1 || several && !providers.isEmpty());
  }

  private MeshTrust trust() {
    List<TrustDomain> aliases = new ArrayList<>();
    for (Object alias : list(context.get("trustDomainAliases"))) {
      aliases.add(new TrustDomain(String.valueOf(alias)));
    }
    return new MeshTrust(
        new TrustDomain(text(context, "trustDomain", "cluster.local")), aliases, rootNamespace());
  }

  private String rootNamespace() {
    return text(context, "rootNamespace", "istio-system");
  }

  private Attachment attachment() {
    Map<String, Object> waypoint = map(context.getOrDefault("waypoint", Map.of()));
    Map<String, Object> byDefault = Map.of("name", "httpbin", "namespace", "foo");
    Object service = context.containsKey("service") ? context.get("service") : byDefault;
    return new Attachment(
        rootNamespace(),
        text(waypoint, "namespace", "foo"),
        text(waypoint, "name", "waypoint"),
        Set.of(text(waypoint, "gatewayClass", "istio-waypoint")),
        service == null
            ? null
            : new Attachment.Service(
                text(map(service), "kind", "Service"),
                text(map(service), "namespace", "foo"),
                text(map(service), "name", "httpbin")));
  }

  /** One request or connection, and what is expected of it. */
  record Ask(Map<String, Object> row) {
    String name() {
      return text(row, "name", "");
    }

    boolean isHttp() {
      return !text(row, "protocol", "http").equals("tcp");
    }

    /** The target as a codec delivers it: one character a byte. */
    String rawTarget() {
      byte[] bytes = text(row, "path", "").getBytes(StandardCharsets.UTF_8);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** An expectation as text; empty when there is none. */
    String expected(String key) {
      return text(row, key, "");
    }

    boolean forwards(@Nullable RequestTarget target) {
      String expected = expected("expectForwardedPath");
      return expected.isEmpty() || target != null && expected.equals(target.toString());
    }

    boolean shadows(Shadow shadow) {
      Map<String, Object> expected = map(row.getOrDefault("expectShadow", Map.of()));
      return holds(expected.get("allow"), shadow.allow())
          && holds(expected.get("deny"), shadow.deny());
    }

    private static boolean holds(@Nullable Object expected, @Nullable Verdict verdict) {
      return expected == null
          || verdict != null
              && expected.equals((verdict.allowed() ? "allowed:" : "denied:") + verdict.policyId());
    }

    StatedFacts facts(@Nullable RequestTarget target) {
      Map<String, List<String>> headers = new LinkedHashMap<>();
      map(row.getOrDefault("headers", Map.of()))
          .forEach((name, value) ->
              headers.put(
                  name,
                  value instanceof List<?> lines
                      ? lines.stream().map(String::valueOf).toList()
                      : List.of(String.valueOf(value))));
      return new StatedFacts(
          isHttp(),
          optional("principal"),
          address("sourceIp"),
          address("remoteIp"),
          address("destIp"),
          Integer.parseInt(text(row, "destPort", "0")),
          optional("sni"),
          optional("host"),
          optional("method"),
          target == null ? null : target.path(),
          target == null ? null : target.toString(),
          headers,
          claims());
    }

    /** As the verifier of tokens hands them over: scope and permission are lists of words. */
    private @Nullable Map<String, Object> claims() {
      if (row.get("jwt") == null) {
        return null;
      }
      Map<String, Object> claims = new LinkedHashMap<>(map(row.get("jwt")));
      for (String words : List.of("scope", "permission")) {
        if (claims.get(words) instanceof String text) {
          claims.put(words, List.of(text.split(" ")));
        }
      }
      return claims;
    }

    private @Nullable String optional(String key) {
      Object value = row.get(key);
      return value == null ? null : value.toString();
    }

    private @Nullable IpAddress address(String key) {
      String text = optional(key);
      return text == null ? null : IpAddress.parse(text);
    }
  }

  private static String text(Map<String, Object> map, String key, String otherwise) {
    Object value = map.get(key);
    return value == null ? otherwise : value.toString();
  }

  static List<?> list(@Nullable Object value) {
    return value == null ? List.of() : (List<?>) value;
  }

  static List<Map<String, Object>> maps(@Nullable Object value) {
    List<Map<String, Object>> maps = new ArrayList<>();
    list(value).forEach(element -> maps.add(map(element)));
    return maps;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }
}
