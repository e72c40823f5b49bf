// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Source;
import io.waypoint.rbac.model.Values;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one form of one rule.
 *
 * <p>Whatever stands in the way errs towards denial. An ALLOW rule with an {@linkplain #obstacle
 * obstacle} (a flaw, or on TCP a term that only HTTP has) never matches. In a rule of another
 * action the term in question is left out, so that the rule matches more.
 */
final class RuleBuilder {
  private final AuthorizationPolicy policy;
  private final String path;
  private final Protocol protocol;
  private final Attribute.Scope scope;
  private final List<List<Term>> from = new ArrayList<>();
  private final List<List<Term>> to = new ArrayList<>();
  private final List<Term> when = new ArrayList<>();
  private final List<Flaw> flaws = new ArrayList<>();
  private @Nullable String obstacle;

  RuleBuilder(AuthorizationPolicy policy, String path, Protocol protocol, Attribute.Scope scope) {
    this.policy = policy;
    this.path = path;
    this.protocol = protocol;
    this.scope = scope;
  }

  void add(Rule rule) {
    for (int i = 0; i < rule.from().size(); i++) {
      from.add(source("from[" + i + "].source.", rule.from().get(i)));
    }
    for (int i = 0; i < rule.to().size(); i++) {
      to.add(operation("to[" + i + "].operation.", rule.to().get(i)));
    }
    for (int i = 0; i < rule.when().size(); i++) {
      condition("when[" + i + "]", rule.when().get(i));
    }
  }

  List<List<Term>> from() {
    return List.copyOf(from);
  }

  List<List<Term>> to() {
    return List.copyOf(to);
  }

  List<Term> when() {
    return cheapFirst(when);
  }

  List<Flaw> flaws() {
    return flaws;
  }

  /** Why an ALLOW rule cannot be enforced; null when it can. */
  @Nullable String obstacle() {
    return obstacle;
  }

  private List<Term> source(String at, Source source) {
    List<Term> terms = new ArrayList<>();
    both(terms, at, "principals", Attribute.PRINCIPALS, source.principals());
    both(terms, at, "requestPrincipals", Attribute.REQUEST_PRINCIPALS, source.requestPrincipals());
    both(terms, at, "namespaces", Attribute.NAMESPACES, source.namespaces());
    both(terms, at, "serviceAccounts", Attribute.SERVICE_ACCOUNTS, source.serviceAccounts());
    both(terms, at, "trustDomains", Attribute.TRUST_DOMAINS, source.trustDomains());
    both(terms, at, "ipBlocks", Attribute.IP_BLOCKS, source.ipBlocks());
    both(terms, at, "remoteIpBlocks", Attribute.REMOTE_IP_BLOCKS, source.remoteIpBlocks());
    return cheapFirst(terms);
  }

  private List<Term> operation(String at, Operation operation) {
    List<Term> terms = new ArrayList<>();
    both(terms, at, "hosts", Attribute.HOSTS, operation.hosts());
    both(terms, at, "ports", Attribute.PORTS, operation.ports());
    both(terms, at, "methods", Attribute.METHODS, operation.methods());
    both(terms, at, "paths", Attribute.PATHS, operation.paths());
    return cheapFirst(terms);
  }

  private void condition(String at, Condition condition) {
    Attribute attribute = Attribute.ofKey(condition.key());
    if (attribute == null) {
      flaw(at + ".key", "there is no condition \"" + condition.key() + "\"");
      return;
    }
    if (condition.values().isEmpty()) {
      flaw(at, "a condition has values or notValues");
      return;
    }
    String label = at + " " + condition.key();
    term(when, at + ".values", label + " values", attribute, condition.values().in(), false);
    term(
        when, at + ".notValues", label + " notValues", attribute, condition.values().notIn(), true);
  }

  private void both(List<Term> terms, String at, String field, Attribute attribute, Values values) {
    String twin = "not" + Character.toUpperCase(field.charAt(0)) + field.substring(1);
    term(terms, at + field, at + field, attribute, values.in(), false);
    term(terms, at + twin, at + twin, attribute, values.notIn(), true);
  }

  /**
   * @param field where it stands in the rule
   * @param label what an explanation calls it
   */
  private void term(
      List<Term> terms,
      String field,
      String label,
      Attribute attribute,
      List<String> values,
      boolean negated) {
    if (values.isEmpty()) {
      return;
    }
    if (attribute.httpOnly() && protocol == Protocol.TCP) {
      obstruct(label + " is of HTTP alone");
      return;
    }
    List<String> sound = sound(field, attribute, values);
    // Without one of its values a positive field would match less, a negative one matches more.
    boolean usable = negated ? !sound.isEmpty() : sound.size() == values.size();
    if (usable) {
      Probe probe = attribute.reader().read(sound, scope);
      terms.add(
          new Term(label, values, negated, negated ? probe : strict(probe), attribute.cost()));
    }
  }

  /** Where more that matches is more that is denied. */
  private Probe strict(Probe probe) {
    return policy.strict()
            && policy.action() == Action.DENY
            && probe instanceof Probe.Text(Subject subject, TextMatcher matcher)
        ? new Probe.AnySpelling(subject, matcher)
        : probe;
  }

  private List<String> sound(String field, Attribute attribute, List<String> values) {
    List<String> sound = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      try {
        attribute.reader().read(List.of(values.get(i)), scope);
        sound.add(values.get(i));
      } catch (IllegalArgumentException e) {
        flaw(field + "[" + i + "]", String.valueOf(e.getMessage()));
      }
    }
    return sound;
  }

  private void flaw(String field, String problem) {
    flaws.add(new Flaw(policy.origin(), path + field, problem));
    obstruct(field + ": " + problem);
  }

  private void obstruct(String reason) {
    if (policy.action() == Action.ALLOW && obstacle == null) {
      obstacle = reason;
    }
  }

  private static List<Term> cheapFirst(List<Term> terms) {
    return terms.stream().sorted(Comparator.comparingInt(Term::cost)).toList();
  }
}
