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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads AuthorizationPolicies. The model that comes out holds every field that was written, so that
 * what cannot be enforced is a denial and never a gap; what Istio's webhook refuses is an error
 * besides.
 */
public final class PolicyReader {
  private static final int MOST_TARGETS = 16;
  private static final Map<String, String> TARGETS =
      Map.of(
          "Service",
          "",
          "ServiceEntry",
          "networking.istio.io",
          "Gateway",
          Kinds.GATEWAY_GROUP,
          "GatewayClass",
          Kinds.GATEWAY_GROUP);

  private PolicyReader() {}

  /** One policy, with its problems added to the document's. */
  public static AuthorizationPolicy read(Manifest manifest) {
    int before = manifest.doc().errorsSoFar();
    Doc spec =
        manifest.spec().only("selector", "targetRef", "targetRefs", "rules", "action", "provider");
    Action action = action(spec.field("action"));
    List<TargetRef> targets = targets(spec);
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
    boolean readable = manifest.doc().errorsSoFar() == before;
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
        AuthorizationPolicy.isDryRun(manifest.annotation(AuthorizationPolicy.DRY_RUN).text("")));
  }

  /** Says where a policy cannot be enforced as written, with the position of the field. */
  static void reportFlaws(Manifest manifest, AuthorizationPolicy policy, MeshTrust trust) {
    for (Flaw flaw : PolicySet.compile(List.of(policy), trust).flaws()) {
      manifest
          .spec()
          .at(flaw.field())
          .warning(
              Code.POLICY_NOT_ENFORCEABLE,
              "spec.%s cannot be enforced: %s; it counts against the caller"
                  .formatted(flaw.field(), flaw.problem()));
    }
  }

  /** An unknown action is an error; until it is mended the policy denies what it names. */
  private static Action action(Doc doc) {
    if (!doc.present()) {
      return Action.ALLOW;
    }
    String word = doc.oneOf(List.of("ALLOW", "DENY", "AUDIT", "CUSTOM"));
    return word == null ? Action.DENY : Action.valueOf(word);
  }

  private static List<TargetRef> targets(Doc spec) {
    List<Doc> docs = new ArrayList<>(spec.field("targetRefs").list(MOST_TARGETS));
    if (spec.has("targetRef")) {
      docs.add(spec.field("targetRef"));
    }
    boolean both = spec.has("targetRef") && spec.has("targetRefs");
    if (both || spec.has("selector") && !docs.isEmpty()) {
      spec.error(Code.CONTRADICTION, "only one of selector, targetRef and targetRefs may be there");
    }
    List<TargetRef> targets = new ArrayList<>();
    for (Doc doc : docs) {
      doc.only("group", "kind", "namespace", "name");
      String kind = doc.field("kind").required();
      String group = doc.field("group").text("");
      if (doc.has("namespace") && !doc.field("namespace").text("").isEmpty()) {
        doc.field("namespace")
            .error(Code.BAD_VALUE, "a policy's target is in the policy's own namespace");
      }
      if (!kind.isEmpty() && !group(kind, group)) {
        boolean known = TARGETS.containsKey(kind);
        doc.field(known ? "group" : "kind")
            .error(
                Code.BAD_VALUE,
                known
                    ? "kind %s is of group \"%s\"".formatted(kind, TARGETS.get(kind))
                    : "a policy cannot target kind " + kind,
                known ? null : Doc.didYouMean(kind, TARGETS.keySet().stream().sorted().toList()));
      }
      targets.add(
          new TargetRef(
              group, kind, doc.field("namespace").text(""), doc.field("name").required()));
    }
    return targets;
  }

  private static boolean group(String kind, String group) {
    String wanted = TARGETS.get(kind);
    return wanted != null && (group.equals(wanted) || wanted.isEmpty() && group.equals("core"));
  }
}
