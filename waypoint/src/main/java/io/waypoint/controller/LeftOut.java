// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.Verdict;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Source;
import io.waypoint.rbac.model.Values;
import java.util.List;
import java.util.Set;

/**
 * Whether a policy that ztunnel enforces keeps a waypoint out. ztunnel sees the waypoint's identity
 * instead of the caller's, so an ALLOW policy that names callers only refuses everything that comes
 * through the waypoint.
 */
final class LeftOut {
  private static final Set<String> ADDRESSES =
      Set.of("source.ip", "destination.ip", "destination.port");

  private LeftOut() {}

  /**
   * Nothing but a function of policy and identity. What depends on addresses and ports counts as
   * fulfilled: they are not known here, and a warning that is wrong is worse than one that is
   * missing.
   *
   * @param principal the waypoint's identity, as its certificate has it: {@code spiffe://...}
   */
  static boolean by(AuthorizationPolicy policy, MeshTrust trust, String principal) {
    boolean concerned =
        policy.action() == Action.ALLOW && policy.targetRefs().isEmpty() && !policy.dryRun();
    if (!concerned) {
      return false;
    }
    AuthorizationPolicy relaxed =
        new AuthorizationPolicy(
            policy.origin(),
            List.of(),
            Action.ALLOW,
            policy.rules().stream().map(LeftOut::relaxed).toList(),
            "",
            false);
    // ztunnel, too, leaves out of ALLOW policies the rules that ask about HTTP.
    Verdict verdict =
        PolicySet.compile(List.of(relaxed), trust)
            .check(StatedFacts.ofConnection(principal, null, null, 0, null));
    return verdict instanceof Verdict.Deny;
  }

  private static Rule relaxed(Rule rule) {
    return new Rule(
        rule.from().stream().map(LeftOut::relaxed).toList(),
        rule.to().stream().map(LeftOut::relaxed).toList(),
        rule.when().stream().filter(condition -> !isOfAddress(condition)).toList());
  }

  private static boolean isOfAddress(Condition condition) {
    return ADDRESSES.contains(condition.key());
  }

  private static Source relaxed(Source source) {
    return new Source(
        source.principals(),
        source.requestPrincipals(),
        source.namespaces(),
        source.serviceAccounts(),
        source.trustDomains(),
        Values.NONE,
        source.remoteIpBlocks());
  }

  private static Operation relaxed(Operation operation) {
    return new Operation(operation.hosts(), Values.NONE, operation.methods(), operation.paths());
  }
}
