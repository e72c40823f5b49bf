// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something a request must have before a rule can match it.
 *
 * @param text the whole principal; the segment behind {@code /ns/} in it; or what the path begins
 *     with
 */
record RuleKey(Kind kind, String text) {
  enum Kind {
    PRINCIPAL,
    NAMESPACE,
    PATH
  }

  /**
   * The ways to find a rule: a request that lacks every key of any one of these sets cannot match
   * it.
   */
  static List<Set<RuleKey>> ways(CompiledRule rule) {
    List<Set<RuleKey>> ways = new ArrayList<>();
    for (Term term : rule.when()) {
      addUnlessNull(ways, of(term));
    }
    addUnlessNull(ways, ofAlternatives(rule.from()));
    addUnlessNull(ways, ofAlternatives(rule.to()));
    return ways;
  }

  private static void addUnlessNull(List<Set<RuleKey>> ways, @Nullable Set<RuleKey> way) {
    if (way != null) {
      ways.add(way);
    }
  }

  private static @Nullable Set<RuleKey> ofAlternatives(List<List<Term>> alternatives) {
    Set<RuleKey> all = new HashSet<>();
    for (List<Term> terms : alternatives) {
      Set<RuleKey> keys = null;
      for (Term term : terms) {
        keys = keys == null ? of(term) : keys;
      }
      if (keys == null) {
        return null;
      }
      all.addAll(keys);
    }
    return alternatives.isEmpty() ? null : all;
  }

  /** The keys of which a request needs one; null when the term does not tell. */
  private static @Nullable Set<RuleKey> of(Term term) {
    if (term.negated()
        || !(term.probe() instanceof Probe.Text(Subject subject, TextMatcher text))) {
      return null;
    }
    return switch (subject) {
      case PRINCIPAL -> ofPrincipal(text);
      case PATH -> ofPath(text);
      case SNI, HOST, METHOD, TARGET -> null;
    };
  }

  private static @Nullable Set<RuleKey> ofPrincipal(TextMatcher text) {
    Set<RuleKey> keys = new HashSet<>();
    text.exact().forEach(principal -> keys.add(new RuleKey(Kind.PRINCIPAL, principal)));
    for (TextPattern pattern : text.patterns()) {
      String namespace =
          switch (pattern) {
            case IdentityPattern.Namespace(String value, _) -> value;
            case IdentityPattern.ServiceAccount(String value, _, _) -> value;
            default -> "*";
          };
      if (namespace.indexOf('*') >= 0 || namespace.indexOf('/') >= 0) {
        return null;
      }
      keys.add(new RuleKey(Kind.NAMESPACE, namespace));
    }
    return keys;
  }

  private static @Nullable Set<RuleKey> ofPath(TextMatcher text) {
    Set<RuleKey> keys = new HashSet<>();
    text.exact().forEach(path -> keys.add(new RuleKey(Kind.PATH, path)));
    for (TextPattern pattern : text.patterns()) {
      if (pattern.literalPrefix().isEmpty()) {
        return null;
      }
      keys.add(new RuleKey(Kind.PATH, pattern.literalPrefix()));
    }
    return keys;
  }
}
