// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.Flaw;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.TargetRef;
import java.util.List;

/**
 * Reads AuthorizationPolicies. The model that comes out holds every field that was written, so that
 * what cannot be enforced is a denial and never a gap; what Istio's webhook refuses is an error
 * besides.
 */
public final class PolicyReader {
  private PolicyReader() {}

  /** One policy, with its problems added to the document's. */
  public static AuthorizationPolicy read(Manifest manifest) {
    int before = manifest.doc().errorsSoFar();
    Doc spec =
        manifest.spec().only("selector", "targetRef", "targetRefs", "rules", "action", "provider");
    Action action = action(spec.field("action"));
    boolean readable = manifest.doc().errorsSoFar() == before;
    List<TargetRef> targets = PolicyTargets.read(spec);
    if (targets.isEmpty()) {
      manifest
          .metadata()
          .field("name")
          .info(
              Code.POLICY_NOT_ATTACHED,
              "policy %s has no targetRefs: ztunnel enforces it, not a waypoint"
                  .formatted(manifest.key()));
    }
    var rules = new PolicyRuleReader(action);
    List<Rule> read = rules.read(spec.field("rules"));
    Doc provider = spec.field("provider").only("name").field("name");
    if (action == Action.CUSTOM) {
      provider.required();
    } else if (provider.present()) {
      provider.error(Code.CONTRADICTION, "provider belongs to action CUSTOM");
    }
    boolean needsRules = action == Action.DENY || action == Action.CUSTOM;
    if (needsRules && read.isEmpty()) {
      spec.error(Code.MISSING_FIELD, "a policy of action " + action + " needs rules");
    }
    if (needsRules && !readable) {
      read = List.of(Rule.EVERYTHING);
    }
    return new AuthorizationPolicy(
        new Origin(manifest.kind(), manifest.namespace(), manifest.name(), manifest.position()),
        targets,
        action,
        read,
        provider.text(""),
        AuthorizationPolicy.isDryRun(manifest.annotation(AuthorizationPolicy.DRY_RUN).text("")),
        strict(manifest.annotation(AuthorizationPolicy.STRICT)));
  }

  /**
   * Says where a policy cannot be enforced as written, with the position of the field. Istio's
   * webhook would not have let it into a cluster, so in a file it is an error; what a cluster has
   * all the same is enforced against the caller.
   */
  static void reportFlaws(Manifest manifest, AuthorizationPolicy policy, MeshTrust trust) {
    for (Flaw flaw : PolicySet.compile(List.of(policy), trust).flaws()) {
      Doc at = manifest.spec().at(flaw.field());
      String message =
          "spec.%s cannot be enforced: %s; it counts against the caller"
              .formatted(flaw.field(), flaw.problem());
      if (manifest.doc().isOfFile()) {
        at.error(Code.POLICY_NOT_ENFORCEABLE, message);
      } else {
        at.warning(Code.POLICY_NOT_ENFORCEABLE, message);
      }
    }
  }

  /** Anything but a plain no is a yes, and what is neither is told. */
  private static boolean strict(Doc annotation) {
    String word = annotation.text("");
    boolean plain = word.equals("false") || word.isEmpty();
    if (!plain && !word.equals("true")) {
      annotation.error(
          Code.BAD_VALUE,
          "%s is \"%s\"".formatted(AuthorizationPolicy.STRICT, word),
          "write \"true\" or \"false\"");
    }
    return !plain;
  }

  /** An unknown action is an error; until it is mended the policy denies what it names. */
  private static Action action(Doc doc) {
    if (!doc.present()) {
      return Action.ALLOW;
    }
    String word = doc.oneOf(List.of("ALLOW", "DENY", "AUDIT", "CUSTOM"));
    return word == null ? Action.DENY : Action.valueOf(word);
  }
}
