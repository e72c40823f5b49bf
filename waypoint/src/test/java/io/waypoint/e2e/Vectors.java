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

/** The authorization vectors as meshes can play them. */
final class Vectors {
  private static final String FILE = "/vectors/authz-vectors.yaml";

  /**
   * One set of policies.
   *
   * @param service the name of the service it guards: the set's own unless its context names one
   */
  record Group(
      String name,
      String service,
      String namespace,
      Home home,
      Map<String, Object> context,
      List<Map<String, Object>> policies,
      List<Row> rows) {
    boolean isShared() {
      return home == Home.SHARED;
    }

    boolean isPlayed() {
      return rows.stream().anyMatch(row -> row.obstacle() == null);
    }

    /** Whether some of its requests come in TLS. */
    boolean needsTls() {
      return rows.stream().anyMatch(row -> row.serverName() != null);
    }

    /** Whether its requests address a pod rather than the service. */
    boolean addressesPods() {
      return context.containsKey("service") && context.get("service") == null;
    }
  }

  /** In which mesh a set can live. */
  enum Home {
    /** One for all sets that ask for nothing of their own. */
    SHARED,
    /** One for the set alone. */
    OWN,
    /** One for the set alone, of objects as a cluster without a webhook would hold them. */
    CLUSTER
  }

  /**
   * One request of a set.
   *
   * @param obstacle why no mesh can play it; null when one can
   */
  record Row(String set, Map<String, Object> fields, @Nullable String obstacle) {
    String name() {
      return set + " / " + fields.get("name");
    }

    String text(String key, String otherwise) {
      Object value = fields.get(key);
      return value == null ? otherwise : value.toString();
    }

    /** The server that TLS around it asks for; the waypoint passes it on unread. */
    @Nullable String serverName() {
      return fields.get("sni") == null ? null : text("sni", "");
    }

    /** HTTP/1 has no fragment in its request line: such a line is refused before policy. */
    boolean hasFragment() {
      return text("path", "/").contains("#");
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
  }

  private final List<Group> groups = new ArrayList<>();

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

  List<Group> groups() {
    return groups;
  }

  List<Row> rows() {
    return groups.stream().flatMap(group -> group.rows().stream()).toList();
  }

  private void add(Map<String, Object> set) {
    List<Map<String, Object>> own = new ArrayList<>();
    list(set.get("policies")).forEach(policy -> own.add(map(policy)));
    Map<String, Object> context = map(set.get("context"));
    Map<String, Object> named = map(context.get("service"));
    Home home =
        list(set.get("tags")).contains("rejected-by-admission")
            ? Home.CLUSTER
            : !context.isEmpty() || needsMesh(own) ? Home.OWN : Home.SHARED;
    String name = String.valueOf(set.get("name"));
    List<Row> rows = new ArrayList<>();
    for (Object request : list(set.get("requests"))) {
      Map<String, Object> fields = map(request);
      rows.add(new Row(name, fields, obstacle(fields)));
    }
    groups.add(
        new Group(
            name,
            home == Home.SHARED
                ? "v" + groups.size()
                : String.valueOf(named.getOrDefault("name", "httpbin")),
            String.valueOf(named.getOrDefault("namespace", "foo")),
            home,
            context,
            own,
            rows));
  }

  /** Whether what its policies name would be other sets' too. */
  private static boolean needsMesh(List<Map<String, Object>> own) {
    String text = new Dump(DumpSettings.builder().build()).dumpToString(own);
    if (text.contains("action: CUSTOM")) {
      return true;
    }
    for (Map<String, Object> policy : own) {
      boolean elsewhere = !"foo".equals(map(policy.get("metadata")).get("namespace"));
      for (Object ref : list(map(policy.get("spec")).get("targetRefs"))) {
        elsewhere |= !"Service".equals(map(ref).get("kind"));
      }
      if (elsewhere) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String obstacle(Map<String, Object> fields) {
    if ("tcp".equals(fields.get("protocol"))) {
      return "no HTTP: TCP";
    }
    if (fields.get("principal") == null) {
      return "a caller without identity, whom the handshake refuses";
    }
    if (String.valueOf(fields.get("principal")).split("/", -1).length != 7) {
      return "an identity with more parts than five, which the handshake refuses";
    }
    String source = String.valueOf(fields.get("sourceIp"));
    if (!source.equals("10.244.1.10") && !source.equals("192.0.2.9")) {
      return "an address of a caller that this machine has not";
    }
    Map<String, Object> claims = map(fields.get("jwt"));
    if (fields.get("jwt") != null && !(claims.get("iss") instanceof String)) {
      return "a verified token without issuer, which no rule verifies";
    }
    return null;
  }

  static List<?> list(@Nullable Object value) {
    return value == null ? List.of() : (List<?>) value;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }
}
