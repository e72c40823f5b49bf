// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static java.util.regex.Pattern.quote;

import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Values;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One rule's fields against one request, each value by a regular expression. */
final class ReferenceFields {
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
  private static final Set<String> OF_HTTP =
      Set.of("requestPrincipals", "hosts", "methods", "paths");

  private final MeshTrust trust;
  private final AuthorizationPolicy policy;
  private final RequestFacts facts;
  private boolean flawed;

  ReferenceFields(MeshTrust trust, AuthorizationPolicy policy, RequestFacts facts) {
    this.trust = trust;
    this.policy = policy;
    this.facts = facts;
  }

  /** Whether something could not be evaluated, so that an ALLOW rule must not match. */
  boolean flawed() {
    return flawed;
  }

  boolean condition(Condition condition) {
    String key = condition.key();
    String field =
        switch (key) {
          case "source.ip" -> "ipBlocks";
          case "remote.ip" -> "remoteIpBlocks";
          case "source.namespace" -> "namespaces";
          case "source.serviceAccount" -> "serviceAccounts";
          case "source.trustDomain" -> "trustDomains";
          case "source.principal" -> "principals";
          case "request.auth.principal" -> "requestPrincipals";
          case "destination.port" -> "ports";
          case "destination.ip", "connection.sni" -> key;
          default ->
              key.matches("request\\.(headers|auth\\.claims)\\[[a-z-]+\\]") ? key : "unknown";
        };
    if (field.equals("unknown")) {
      flawed = true;
      return true;
    }
    return holds(field, condition.values());
  }

  boolean holds(String field, Values values) {
    boolean httpOnly = OF_HTTP.contains(field) || field.startsWith("request.");
    if (values.isEmpty() || httpOnly && !facts.isHttp()) {
      flawed |= !values.isEmpty();
      return true;
    }
    boolean in = values.in().isEmpty();
    for (String value : values.in()) {
      // What cannot be evaluated is taken to match.
      in |= !sound(field, value) || matches(field, value);
    }
    boolean notIn = true;
    for (String value : values.notIn()) {
      notIn &= !sound(field, value) || !matches(field, value);
    }
    return in && notIn;
  }

  private boolean sound(String field, String value) {
    boolean sound =
        switch (field) {
          case "ports" -> value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= 65535;
          case "ipBlocks", "remoteIpBlocks", "destination.ip" -> !value.contains("bad");
          case "trustDomains" -> value.matches("\\*?[^*/]+|[^*/]+\\*|\\*");
          case "paths" -> !value.contains("{bad}");
          default -> true;
        };
    flawed |= !sound;
    return sound;
  }

  private boolean matches(String field, String value) {
    return switch (field) {
      case "principals" -> anyPrincipal(value);
      case "namespaces" -> regex(facts.principal(), ".*/ns/" + globbed(value, ".*") + "/.*");
      case "serviceAccounts" -> serviceAccount(value);
      case "trustDomains" -> trustDomain(value);
      case "ipBlocks" -> inBlock(facts.sourceIp(), value);
      case "remoteIpBlocks" -> inBlock(facts.remoteIp(), value);
      case "destination.ip" -> inBlock(facts.destinationIp(), value);
      case "ports" -> Integer.parseInt(value) == facts.destinationPort();
      case "connection.sni" -> regex(facts.sni(), generic(value, ".+"));
      case "hosts" -> regex(facts.host(), "(?i)" + generic(value, ".*"));
      case "methods" -> regex(facts.method(), generic(value, ".*"));
      case "paths" -> regex(facts.path(), path(value));
      case "requestPrincipals" -> requestPrincipal(value);
      default -> bracketed(field, value);
    };
  }

  private boolean anyPrincipal(String value) {
    List<String> values = new ArrayList<>(List.of(value));
    String[] parts = value.split("/", -1);
    List<String> ours = new ArrayList<>(List.of(trust.trustDomain().name()));
    trust.aliases().forEach(alias -> ours.add(alias.name()));
    if (parts.length == 5 && (ours.contains(parts[0]) || parts[0].equals("cluster.local"))) {
      values.clear();
      ours.forEach(td -> values.add(td + value.substring(parts[0].length())));
    }
    return values.stream()
        .anyMatch(one ->
            one.equals("*")
                ? regex(facts.principal(), ".+")
                : one.startsWith("*")
                    ? regex(facts.principal(), "spiffe://.*" + quote(one.substring(1)))
                    : regex(facts.principal(), generic("spiffe://" + one, ".+")));
  }

  private boolean serviceAccount(String value) {
    String[] parts =
        value.contains("/") ? value.split("/", 2) : new String[] {policy.namespace(), value};
    return regex(
        facts.principal(),
        "spiffe://.+/ns/" + quote(parts[0]) + "/(.+/|)sa/" + quote(parts[1]) + "(/.+)?");
  }

  private boolean trustDomain(String value) {
    List<String> ours = new ArrayList<>(List.of(trust.trustDomain().name()));
    trust.aliases().forEach(alias -> ours.add(alias.name()));
    List<String> values = ours.contains(value) ? ours : List.of(value);
    return values.stream()
        .anyMatch(one ->
            one.equals("*")
                ? regex(facts.principal(), "spiffe://.*")
                : regex(facts.principal(), "spiffe://" + globbed(one, "[^/]*") + "/.*"));
  }

  private boolean requestPrincipal(String value) {
    Map<String, Object> claims = facts.claims();
    if (claims == null
        || !(claims.get("iss") instanceof String issuer)
        || !(claims.get("sub") instanceof String subject)) {
      return false;
    }
    if (value.equals("*")) {
      return !issuer.isEmpty() && !subject.isEmpty();
    }
    int slash = value.lastIndexOf('/');
    return regex(issuer, generic(value.substring(0, slash), ".+"))
        && regex(subject, generic(value.substring(slash + 1), ".+"));
  }

  private boolean bracketed(String key, String value) {
    String name = key.substring(key.indexOf('[') + 1, key.length() - 1);
    if (key.startsWith("request.headers")) {
      return facts.anyHeader(name, line -> regex(line, generic(value, ".*")));
    }
    Map<String, Object> claims = facts.claims();
    Object claim = claims == null ? null : claims.get(name);
    List<?> elements =
        claim instanceof List<?> list ? list : claim == null ? List.of() : List.of(claim);
    return elements.stream()
        .anyMatch(element -> element instanceof String text && regex(text, generic(value, ".+")));
  }

  private static String path(String value) {
    if (!value.contains("{*}") && !value.contains("{**}")) {
      return generic(value, ".+");
    }
    StringBuilder regex = new StringBuilder();
    for (String segment : value.substring(1).split("/", -1)) {
      regex
          .append('/')
          .append(
              switch (segment) {
                case "{*}", "*" -> "[^/]+";
                case "{**}", "**" -> ".*";
                default -> quote(segment);
              });
    }
    return regex.toString();
  }

  private static String generic(String value, String star) {
    if (value.equals("*")) {
      return star;
    }
    if (value.startsWith("*")) {
      return ".*" + quote(value.substring(1));
    }
    return value.endsWith("*")
        ? quote(value.substring(0, value.length() - 1)) + ".*"
        : quote(value);
  }

  private static String globbed(String value, String star) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      regex.append(value.charAt(i) == '*' ? star : quote(value.substring(i, i + 1)));
    }
    return regex.toString();
  }

  private static boolean regex(@Nullable String text, String regex) {
    return text != null
        && PATTERNS
            .computeIfAbsent(regex, source -> Pattern.compile(source, Pattern.DOTALL))
            .matcher(text)
            .matches();
  }

  private static boolean inBlock(@Nullable IpAddress address, String block) {
    if (address == null) {
      return false;
    }
    String[] parts = block.split("/", -1);
    byte[] from = InetAddress.ofLiteral(parts[0]).getAddress();
    byte[] bytes = InetAddress.ofLiteral(address.toString()).getAddress();
    int width = from.length * 8;
    int ignored = parts.length == 1 ? 0 : width - Integer.parseInt(parts[1]);
    return from.length == bytes.length
        && new BigInteger(1, from)
            .shiftRight(ignored)
            .equals(new BigInteger(1, bytes).shiftRight(ignored));
  }
}
