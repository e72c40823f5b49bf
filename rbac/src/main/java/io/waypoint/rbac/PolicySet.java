// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.List;

/** The compiled policies of one destination. Immutable; every thread may use it. */
public final class PolicySet {
  /** No policy is attached: everything is allowed. */
  public static final PolicySet ALLOW_ALL = compile(List.of(), MeshTrust.DEFAULT);

  private final Ruleset http;
  private final Ruleset tcp;
  private final List<Flaw> flaws;
  private final boolean namesServers;

  private PolicySet(Ruleset http, Ruleset tcp, List<Flaw> flaws, boolean namesServers) {
    this.http = http;
    this.tcp = tcp;
    this.flaws = flaws;
    this.namesServers = namesServers;
  }

  /** Compiles for a mesh that knows no external authorizer: what CUSTOM rules match is denied. */
  public static PolicySet compile(List<AuthorizationPolicy> policies, MeshTrust trust) {
    return compile(policies, trust, Authorizers.NONE);
  }

  /** Compiles the policies that are attached to one destination; {@link Attachment} tells which. */
  public static PolicySet compile(
      List<AuthorizationPolicy> policies, MeshTrust trust, Authorizers authorizers) {
    var compiler = new RuleCompiler(trust, authorizers, policies);
    Ruleset http = Ruleset.of(policies, compiler, Protocol.HTTP);
    Ruleset tcp = Ruleset.of(policies, compiler, Protocol.TCP);
    boolean namesServers =
        policies.stream()
            .flatMap(policy -> policy.rules().stream())
            .flatMap(rule -> rule.when().stream())
            .anyMatch(condition -> condition.key().equals(Attribute.SNI_KEY));
    return new PolicySet(http, tcp, compiler.flaws(), namesServers);
  }

  /**
   * Whether any policy asks which server a TLS client means, so that its hello must have arrived
   * before a connection is judged.
   */
  public boolean namesServers() {
    return namesServers;
  }

  /** What cannot be enforced as written, for the author to mend. */
  public List<Flaw> flaws() {
    return flaws;
  }

  /** Which external authorizers are to be asked first. A failure of the evaluation refuses. */
  public Consultation consult(RequestFacts facts) {
    try {
      return rules(facts).consult(facts);
    } catch (Throwable failure) {
      return new Consultation(List.of(), failed(failure));
    }
  }

  /**
   * Decides where nobody can be asked: what a CUSTOM rule matches is denied. Allocates nothing. A
   * failure of the evaluation, whatever it is, is a denial of its own reason.
   */
  public Verdict check(RequestFacts facts) {
    try {
      return rules(facts).decide(facts);
    } catch (Throwable failure) {
      return failed(failure);
    }
  }

  /**
   * Decides as {@link #check} does, for a request that every authorizer {@link #consult} names has
   * let pass.
   */
  public Verdict checkConsulted(RequestFacts facts) {
    try {
      return rules(facts).decideConsulted(facts);
    } catch (Throwable failure) {
      return failed(failure);
    }
  }

  /** Whether an AUDIT rule matches: the request deserves a line in an access log. */
  public boolean audited(RequestFacts facts) {
    try {
      return rules(facts).audits(facts);
    } catch (Throwable failure) {
      return true;
    }
  }

  /** Whether any policy is attached that decides nothing: an AUDIT, or a dry run. */
  public boolean isObserved() {
    return http.hasAudit() || http.hasShadow();
  }

  /** Whether any dry-run policy is attached, so that {@link #shadow} has something to say. */
  public boolean hasShadow() {
    return http.hasShadow();
  }

  /** What the dry-run policies would have decided. */
  public Shadow shadow(RequestFacts facts) {
    try {
      return rules(facts).shadow(facts);
    } catch (Throwable failure) {
      Verdict failed = failed(failure);
      return new Shadow(failed, failed, failed);
    }
  }

  /** Decides as {@link #check} does, and says what every rule answered. */
  public Explanation explain(RequestFacts facts) {
    try {
      return new Explanation(check(facts), rules(facts).candidates(facts));
    } catch (Throwable failure) {
      return new Explanation(failed(failure), List.of());
    }
  }

  /** The rules as compiled, one a line, in the order of evaluation. */
  public List<String> dump() {
    return http.dump();
  }

  private Ruleset rules(RequestFacts facts) {
    return facts.isHttp() ? http : tcp;
  }

  private static Verdict.Deny failed(Throwable failure) {
    return new Verdict.Deny(
        "error[" + failure.getClass().getSimpleName() + "]", Verdict.Reason.EVALUATION_FAILED);
  }
}
