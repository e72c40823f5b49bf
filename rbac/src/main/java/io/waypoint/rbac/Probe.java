// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request has any of some values. What is absent has none, so that a positive field fails
 * on it and a negative one holds.
 */
sealed interface Probe {
  boolean any(RequestFacts facts);

  /** What the request has instead, for an explanation. */
  String found(RequestFacts facts);

  private static String quote(@Nullable Object found) {
    return found == null ? "nothing" : "\"" + found + "\"";
  }

  record Text(Subject subject, TextMatcher matcher) implements Probe {
    @Override
    public boolean any(RequestFacts facts) {
      String text = subject.of(facts);
      return text != null && matcher.test(text);
    }

    @Override
    public String found(RequestFacts facts) {
      return quote(subject.of(facts));
    }
  }

  /** As {@link Text}, of the text or of another spelling of it. */
  record AnySpelling(Subject subject, TextMatcher matcher) implements Probe {
    @Override
    public boolean any(RequestFacts facts) {
      String text = subject.of(facts);
      if (text == null || matcher.test(text)) {
        return text != null;
      }
      String other = Spellings.other(subject, text);
      return other != null && matcher.test(other);
    }

    @Override
    public String found(RequestFacts facts) {
      return quote(subject.of(facts));
    }
  }

  /** One of the three addresses. */
  enum Side {
    SOURCE,
    REMOTE,
    DESTINATION;

    @Nullable IpAddress of(RequestFacts facts) {
      return switch (this) {
        case SOURCE -> facts.sourceIp();
        case REMOTE -> facts.remoteIp();
        case DESTINATION -> facts.destinationIp();
      };
    }
  }

  record Address(Side side, List<Cidr> blocks) implements Probe {
    @Override
    public boolean any(RequestFacts facts) {
      IpAddress address = side.of(facts);
      if (address == null) {
        return false;
      }
      for (int i = 0; i < blocks.size(); i++) {
        if (blocks.get(i).contains(address)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String found(RequestFacts facts) {
      return quote(side.of(facts));
    }
  }

  record Port(List<Integer> ports) implements Probe {
    @Override
    public boolean any(RequestFacts facts) {
      int port = facts.destinationPort();
      for (int i = 0; i < ports.size(); i++) {
        if (ports.get(i) == port) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String found(RequestFacts facts) {
      return quote(facts.destinationPort());
    }
  }

  /** Every field line is judged on its own. */
  record Header(String name, TextMatcher matcher) implements Probe {
    @Override
    public boolean any(RequestFacts facts) {
      return facts.anyHeader(name, matcher);
    }

    @Override
    public String found(RequestFacts facts) {
      var lines = new StringBuilder();
      boolean present =
          facts.anyHeader(
              name,
              line -> {
                lines.append(lines.isEmpty() ? "" : ", ").append(quote(line));
                return false;
              });
      return lines.isEmpty() && !present ? "nothing" : lines.toString();
    }
  }

  /** A claim that is a string, or a list with strings; other types never match. */
  record Claim(List<String> path, TextMatcher matcher) implements Probe {
    @Override
    public boolean any(RequestFacts facts) {
      Object claim = find(facts.claims());
      if (claim instanceof String text) {
        return matcher.test(text);
      }
      if (claim instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          if (list.get(i) instanceof String text && matcher.test(text)) {
            return true;
          }
        }
      }
      return false;
    }

    private @Nullable Object find(@Nullable Map<String, Object> claims) {
      Object value = claims;
      for (int i = 0; i < path.size(); i++) {
        if (!(value instanceof Map<?, ?> map)) {
          return null;
        }
        value = map.get(path.get(i));
      }
      return value;
    }

    @Override
    public String found(RequestFacts facts) {
      return quote(find(facts.claims()));
    }
  }

  /** The token's issuer and subject, both strings. */
  record RequestPrincipal(List<IssuerAndSubject> pairs) implements Probe {
    @Override
    public boolean any(RequestFacts facts) {
      Map<String, Object> claims = facts.claims();
      if (claims == null
          || !(claims.get("iss") instanceof String issuer)
          || !(claims.get("sub") instanceof String subject)) {
        return false;
      }
      for (int i = 0; i < pairs.size(); i++) {
        IssuerAndSubject pair = pairs.get(i);
        if (pair.issuer().matches(issuer) && pair.subject().matches(subject)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String found(RequestFacts facts) {
      Map<String, Object> claims = facts.claims();
      return claims == null ? "nothing" : quote(claims.get("iss") + "/" + claims.get("sub"));
    }
  }

  /** What no request has here. */
  record Absent() implements Probe {
    @Override
    public boolean any(RequestFacts facts) {
      return false;
    }

    @Override
    public String found(RequestFacts facts) {
      return "nothing";
    }
  }

  /** What can never hold; stands for the part of an ALLOW rule that cannot be enforced. */
  record Never(String reason) implements Probe {
    @Override
    public boolean any(RequestFacts facts) {
      return false;
    }

    @Override
    public String found(RequestFacts facts) {
      return reason;
    }
  }
}
