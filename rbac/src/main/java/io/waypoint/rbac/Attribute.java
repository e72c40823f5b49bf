// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.Probe.Side;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a field or a condition's key is about: how its values compile and whether a TCP connection
 * has it.
 *
 * @param cost fields of one alternative are tried in this order
 */
record Attribute(boolean httpOnly, int cost, Reader reader) {
  /** Compiles values; an {@link IllegalArgumentException} says which value is wrong and why. */
  interface Reader {
    Probe read(List<String> values, Scope scope);
  }

  /** What the meaning of some values depends on. */
  record Scope(MeshTrust trust, String policyNamespace) {}

  /** Metadata of Envoy's filters: a key of the API, and nothing that we could ever have. */
  private static final String ENVOY_METADATA = "experimental.envoy.filters.";

  /** The condition about the server that TLS inside the tunnel asks for. */
  static final String SNI_KEY = "connection.sni";

  static final Attribute PORTS = new Attribute(false, 0, (values, scope) -> ports(values));
  static final Attribute METHODS =
      new Attribute(true, 1, text(Subject.METHOD, TextPattern::parsePresence));
  static final Attribute PRINCIPALS = new Attribute(false, 2, Attribute::principals);
  static final Attribute TRUST_DOMAINS = new Attribute(false, 2, Attribute::trustDomains);
  static final Attribute NAMESPACES =
      new Attribute(false, 2, text(Subject.PRINCIPAL, IdentityPattern.Namespace::parse));
  static final Attribute SERVICE_ACCOUNTS = new Attribute(false, 2, Attribute::serviceAccounts);
  static final Attribute IP_BLOCKS = new Attribute(false, 3, addresses(Side.SOURCE));
  static final Attribute REMOTE_IP_BLOCKS = new Attribute(false, 3, addresses(Side.REMOTE));
  static final Attribute DESTINATION_IP = new Attribute(false, 3, addresses(Side.DESTINATION));
  static final Attribute SNI = new Attribute(false, 3, text(Subject.SNI, TextPattern::parse));
  static final Attribute HOSTS = new Attribute(true, 3, text(Subject.HOST, TextPattern::parseHost));
  static final Attribute PATHS =
      new Attribute(
          true,
          4,
          text(
              Subject.PATH,
              value ->
                  PathTemplate.isTemplate(value)
                      ? PathTemplate.parse(value)
                      : TextPattern.parse(value)));
  static final Attribute REQUEST_PRINCIPALS =
      new Attribute(
          true,
          5,
          (values, scope) ->
              new Probe.RequestPrincipal(values.stream().map(IssuerAndSubject::parse).toList()));

  /** The attribute of a condition's key; null when there is none of that name. */
  static @Nullable Attribute ofKey(String key) {
    return switch (key) {
      case "source.ip" -> IP_BLOCKS;
      case "remote.ip" -> REMOTE_IP_BLOCKS;
      case "source.namespace" -> NAMESPACES;
      case "source.serviceAccount" -> SERVICE_ACCOUNTS;
      case "source.trustDomain" -> TRUST_DOMAINS;
      case "source.principal" -> PRINCIPALS;
      case "request.auth.principal" -> REQUEST_PRINCIPALS;
      case "request.auth.audiences" -> claim(List.of("aud"));
      case "request.auth.presenter" -> claim(List.of("azp"));
      case "destination.ip" -> DESTINATION_IP;
      case "destination.port" -> PORTS;
      case SNI_KEY -> SNI;
      default -> ofBracketed(key);
    };
  }

  private static @Nullable Attribute ofBracketed(String key) {
    List<String> names = brackets(key);
    if (names.size() == 1 && key.startsWith("request.headers[")) {
      return header(names.getFirst().toLowerCase(Locale.ROOT));
    }
    if (names.size() == 1 && key.startsWith(ENVOY_METADATA)) {
      return new Attribute(false, 0, (values, scope) -> new Probe.Absent());
    }
    return !names.isEmpty() && key.startsWith("request.auth.claims[") ? claim(names) : null;
  }

  /** The names of {@code prefix[a][b]}; none when the brackets are not well formed. */
  private static List<String> brackets(String key) {
    int open = key.indexOf('[');
    if (open < 0 || !key.endsWith("]")) {
      return List.of();
    }
    List<String> names = List.of(key.substring(open + 1, key.length() - 1).split("\\]\\[", -1));
    for (String name : names) {
      if (name.isEmpty() || name.indexOf('[') >= 0 || name.indexOf(']') >= 0) {
        return List.of();
      }
    }
    return names;
  }

  private static Attribute header(String name) {
    return switch (name) {
      case ":method" -> METHODS;
      case ":path" -> new Attribute(true, 4, text(Subject.TARGET, TextPattern::parsePresence));
      case ":authority", "host" ->
          new Attribute(true, 3, text(Subject.HOST, TextPattern::parsePresence));
      default ->
          new Attribute(
              true,
              5,
              (values, scope) ->
                  new Probe.Header(name, wireMatcher(values, TextPattern::parsePresence)));
    };
  }

  private static Attribute claim(List<String> path) {
    return new Attribute(
        true, 5, (values, scope) -> new Probe.Claim(path, matcher(values, TextPattern::parse)));
  }

  private static Reader text(Subject subject, Function<String, TextPattern> parse) {
    return (values, scope) -> new Probe.Text(subject, wireMatcher(values, parse));
  }

  /** Matches what a codec delivers, which has one character a byte: so must the values. */
  private static TextMatcher wireMatcher(List<String> values, Function<String, TextPattern> parse) {
    return matcher(
        values,
        value ->
            parse.apply(
                new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
  }

  private static TextMatcher matcher(List<String> values, Function<String, TextPattern> parse) {
    return TextMatcher.of(values.stream().map(parse).toList());
  }

  private static Reader addresses(Side side) {
    return (values, scope) -> new Probe.Address(side, values.stream().map(Cidr::parse).toList());
  }

  private static Probe ports(List<String> values) {
    List<Integer> ports = new ArrayList<>();
    for (String value : values) {
      int port = IpAddress.decimal(value, 5);
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("\"" + value + "\" is not a port");
      }
      ports.add(port);
    }
    return new Probe.Port(List.copyOf(ports));
  }

  private static Probe principals(List<String> values, Scope scope) {
    Set<String> expanded = new LinkedHashSet<>();
    values.forEach(value -> expanded.addAll(scope.trust().expandPrincipal(value)));
    return new Probe.Text(
        Subject.PRINCIPAL, matcher(List.copyOf(expanded), IdentityPattern::principal));
  }

  private static Probe trustDomains(List<String> values, Scope scope) {
    Set<String> expanded = new LinkedHashSet<>();
    values.forEach(value -> expanded.addAll(scope.trust().expandTrustDomain(value)));
    return new Probe.Text(
        Subject.PRINCIPAL, matcher(List.copyOf(expanded), IdentityPattern::trustDomain));
  }

  private static Probe serviceAccounts(List<String> values, Scope scope) {
    return new Probe.Text(
        Subject.PRINCIPAL,
        matcher(values, value -> IdentityPattern.serviceAccount(value, scope.policyNamespace())));
  }
}
