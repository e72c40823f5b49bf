// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The authorization vectors as a mesh can play them: every set guards a service of its own. */
final class Vectors {
  private static final String FILE = "/vectors/authz-vectors.yaml";

  /**
   * One request of a set.
   *
   * @param obstacle why the mesh of the test cannot play it; null when it can
   */
  record Row(String set, String service, Map<String, Object> fields, @Nullable String obstacle) {
    String name() {
      return set + " / " + fields.get("name");
    }

    String text(String key, String otherwise) {
      Object value = fields.get(key);
      return value == null ? otherwise : value.toString();
    }

    boolean isGrpc() {
      return text("protocol", "http").equals("grpc");
    }

    boolean isAllowed() {
      return text("expect", "").equals("allow");
    }

    Map<String, List<String>> headers() {
      Map<String, List<String>> headers = new LinkedHashMap<>();
      map(fields.get("headers"))
          .forEach((name, value) ->
              headers.put(
                  name,
                  value instanceof List<?> lines
                      ? lines.stream().map(String::valueOf).toList()
                      : List.of(String.valueOf(value))));
      return headers;
    }

    @Nullable Map<String, Object> claims() {
      return fields.get("jwt") == null ? null : map(fields.get("jwt"));
    }

    /** As a SOCKS user name says it. */
    String caller() {
      String[] parts = text("principal", "").split("/", -1);
      return parts[6] + "." + parts[4];
    }
  }

  private final List<Row> rows = new ArrayList<>();
  private final Map<String, List<Map<String, Object>>> policies = new LinkedHashMap<>();

  private Vectors() {}

  static Vectors load() throws IOException {
    var vectors = new Vectors();
    try (InputStream file = Objects.requireNonNull(Vectors.class.getResourceAsStream(FILE))) {
      Object sets = new Load(LoadSettings.builder().build()).loadFromInputStream(file);
      for (Object set : list(sets)) {
        vectors.add(map(set));
      }
    }
    return vectors;
  }

  List<Row> rows() {
    return rows;
  }

  /** The services whose policies the mesh can have. */
  Map<String, List<Map<String, Object>>> policies() {
    return policies;
  }

  private void add(Map<String, Object> set) {
    String service = "v" + policies.size() + "-" + rows.size();
    List<Map<String, Object>> own = new ArrayList<>();
    list(set.get("policies")).forEach(policy -> own.add(map(policy)));
    String obstacle = obstacleOfSet(set, own);
    if (obstacle == null) {
      policies.put(service, own);
    }
    for (Object request : list(set.get("requests"))) {
      Map<String, Object> fields = map(request);
      rows.add(
          new Row(
              String.valueOf(set.get("name")),
              service,
              fields,
              obstacle == null ? obstacle(fields) : obstacle));
    }
  }

  private static @Nullable String obstacleOfSet(
      Map<String, Object> set, List<Map<String, Object>> own) {
    if (!map(set.get("context")).isEmpty()) {
      return "a mesh of its own";
    }
    if (list(set.get("tags")).contains("rejected-by-admission")) {
      return "policies that files may not hold";
    }
    String text = new Dump(DumpSettings.builder().build()).dumpToString(own);
    if (text.contains("action: CUSTOM")) {
      return "an authorizer";
    }
    for (String addresses : List.of("ipBlocks", "IpBlocks", "source.ip", "destination.ip")) {
      if (text.contains(addresses) && !text.contains("emoteIp")) {
        return "addresses that this machine has not";
      }
    }
    for (Map<String, Object> policy : own) {
      Map<String, Object> spec = map(policy.get("spec"));
      boolean elsewhere = !"foo".equals(map(policy.get("metadata")).get("namespace"));
      for (Object ref : list(spec.get("targetRefs"))) {
        elsewhere |= !"Service".equals(map(ref).get("kind"));
      }
      if (elsewhere) {
        return "a mesh of its own";
      }
    }
    return null;
  }

  private static @Nullable String obstacle(Map<String, Object> fields) {
    String principal = String.valueOf(fields.get("principal"));
    if ("tcp".equals(fields.get("protocol"))) {
      return "TCP";
    }
    if (fields.get("principal") == null) {
      return "a caller without identity, who cannot enter";
    }
    if (!principal.matches("spiffe://cluster\\.local/ns/[a-z0-9-]+/sa/[a-z0-9.-]+")) {
      return "an identity that the mesh does not issue";
    }
    if (fields.get("sni") != null) {
      return "TLS inside the tunnel";
    }
    Map<String, Object> claims = map(fields.get("jwt"));
    if (fields.get("jwt") != null && !(claims.get("iss") instanceof String)) {
      return "a token without issuer, which no rule accepts";
    }
    return String.valueOf(fields.get("path")).contains("#")
        ? "a fragment, which the codec refuses before policy"
        : null;
  }

  static List<?> list(@Nullable Object value) {
    return value == null ? List.of() : (List<?>) value;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }
}
