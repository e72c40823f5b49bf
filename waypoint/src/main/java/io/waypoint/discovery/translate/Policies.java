// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.Attachment;
import io.waypoint.rbac.Authorizers;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.world.MeshSettings;
import java.util.ArrayList;
import java.util.List;

/** The policies, and which of them guard a destination. */
final class Policies {
  /** What a policy set is compiled from. */
  record Attached(List<AuthorizationPolicy> policies, MeshTrust trust, Authorizers authorizers) {}

  private final List<AuthorizationPolicy> all = new ArrayList<>();
  private final MeshTrust trust;
  private final Authorizers authorizers;
  private final Memo<Attached, PolicySet> compiled;

  Policies(
      Objects objects,
      PolicyTargets targets,
      MeshSettings mesh,
      Memo<Attached, PolicySet> compiled) {
    this.trust = mesh.trust();
    this.authorizers = mesh.knownAuthorizers();
    this.compiled = compiled;
    for (Manifest manifest : objects.of("AuthorizationPolicy")) {
      int errors = manifest.doc().errorsSoFar();
      AuthorizationPolicy policy = PolicyReader.read(manifest);
      all.add(policy);
      if (manifest.doc().errorsSoFar() == errors) {
        PolicyReader.reportFlaws(manifest, policy, trust);
        targets.report(manifest, policy.targetRefs());
        reportMissingAuthorizer(manifest, policy);
      }
    }
  }

  PolicySet of(Attachment attachment) {
    List<AuthorizationPolicy> covering = all.stream().filter(attachment::covers).toList();
    return covering.isEmpty()
        ? PolicySet.ALLOW_ALL
        : compiled.get(
            new Attached(covering, trust, authorizers),
            a -> PolicySet.compile(a.policies(), a.trust(), a.authorizers()));
  }

  private void reportMissingAuthorizer(Manifest manifest, AuthorizationPolicy policy) {
    if (policy.action() == Action.CUSTOM && !authorizers.kinds().containsKey(policy.provider())) {
      manifest
          .spec()
          .field("provider")
          .field("name")
          .warning(
              Code.AUTHORIZER_NOT_FOUND,
              "the mesh has no authorizer %s: what the policy matches is denied"
                  .formatted(policy.provider()),
              authorizers.kinds().isEmpty()
                  ? "extensionProviders of ConfigMap istio name them"
                  : Doc.didYouMean(
                      policy.provider(), authorizers.kinds().keySet().stream().sorted().toList()));
    }
  }
}
