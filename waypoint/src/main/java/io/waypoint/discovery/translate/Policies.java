// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.Attachment;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.ArrayList;
import java.util.List;

/** The policies, and which of them guard a destination. */
final class Policies {
  /** What a policy set is compiled from. */
  record Attached(List<AuthorizationPolicy> policies, MeshTrust trust) {}

  private final List<AuthorizationPolicy> all = new ArrayList<>();
  private final MeshTrust trust;
  private final Memo<Attached, PolicySet> compiled;

  Policies(
      Objects objects, PolicyTargets targets, MeshTrust trust, Memo<Attached, PolicySet> compiled) {
    this.trust = trust;
    this.compiled = compiled;
    for (Manifest manifest : objects.of("AuthorizationPolicy")) {
      int errors = manifest.doc().errorsSoFar();
      AuthorizationPolicy policy = PolicyReader.read(manifest);
      all.add(policy);
      if (manifest.doc().errorsSoFar() == errors) {
        PolicyReader.reportFlaws(manifest, policy, trust);
        targets.report(manifest, policy.targetRefs());
      }
    }
  }

  PolicySet of(Attachment attachment) {
    List<AuthorizationPolicy> covering = all.stream().filter(attachment::covers).toList();
    return covering.isEmpty()
        ? PolicySet.ALLOW_ALL
        : compiled.get(
            new Attached(covering, trust), a -> PolicySet.compile(a.policies(), a.trust()));
  }
}
