// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.Attachment;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.TargetRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The policies, and which of them guard a destination. */
final class Policies {
  /** What a policy set is compiled from. */
  record Attached(List<AuthorizationPolicy> policies, MeshTrust trust) {}

  private final List<AuthorizationPolicy> all = new ArrayList<>();
  private final MeshTrust trust;
  private final Scope scope;
  private final Memo<Attached, PolicySet> compiled;

  Policies(Objects objects, MeshTrust trust, Scope scope, Memo<Attached, PolicySet> compiled) {
    this.trust = trust;
    this.scope = scope;
    this.compiled = compiled;
    for (Manifest manifest : objects.of("AuthorizationPolicy")) {
      int errors = manifest.doc().errorsSoFar();
      AuthorizationPolicy policy = PolicyReader.read(manifest);
      all.add(policy);
      if (manifest.doc().errorsSoFar() == errors) {
        PolicyReader.reportFlaws(manifest, policy, trust);
        reportMissingTargets(objects, manifest, policy);
      }
    }
  }

  /**
   * @param service null when a pod was addressed
   */
  PolicySet of(GatewaySpec gateway, @Nullable ServiceSpec service) {
    var attachment =
        new Attachment(
            trust.rootNamespace(),
            gateway.name().namespace(),
            gateway.name().name(),
            scope.gatewayClasses(),
            service == null
                ? null
                : new Attachment.Service(
                    service.manifest().kind(), service.namespace(), service.name()));
    List<AuthorizationPolicy> covering = all.stream().filter(attachment::covers).toList();
    return covering.isEmpty()
        ? PolicySet.ALLOW_ALL
        : compiled.get(
            new Attached(covering, trust), a -> PolicySet.compile(a.policies(), a.trust()));
  }

  private void reportMissingTargets(
      Objects objects, Manifest manifest, AuthorizationPolicy policy) {
    List<Doc> docs = manifest.spec().field("targetRefs").list();
    for (int i = 0; i < policy.targetRefs().size(); i++) {
      TargetRef ref = policy.targetRefs().get(i);
      Doc at = i < docs.size() ? docs.get(i) : manifest.spec().field("targetRef");
      String missing = missing(objects, policy, ref);
      if (missing != null) {
        at.field("name").warning(Code.TARGET_NOT_FOUND, missing);
      }
    }
  }

  private @Nullable String missing(Objects objects, AuthorizationPolicy policy, TargetRef ref) {
    Set<String> classes = scope.gatewayClasses();
    return switch (ref.kind()) {
      case "Service" ->
          objects.service(policy.namespace(), ref.name()) == null
              ? "Service %s/%s does not exist".formatted(policy.namespace(), ref.name())
              : null;
      case "Gateway" ->
          objects.find("Gateway", policy.namespace(), ref.name()) == null
              ? "Gateway %s/%s does not exist".formatted(policy.namespace(), ref.name())
              : null;
      case "GatewayClass" ->
          !policy.namespace().equals(trust.rootNamespace())
              ? "a policy for a GatewayClass belongs to namespace " + trust.rootNamespace()
              : classes.contains(ref.name()) ? null : "class " + ref.name() + " is not ours";
      default -> ref.kind() + " is not used in this version: the policy guards nothing";
    };
  }
}
