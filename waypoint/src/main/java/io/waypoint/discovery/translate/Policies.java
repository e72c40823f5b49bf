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
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The policies, and which of them guard a destination. */
final class Policies {
  /** What a policy set is compiled from. */
  record Attached(List<AuthorizationPolicy> policies, MeshTrust trust, Authorizers authorizers) {}

  private final List<AuthorizationPolicy> all = new ArrayList<>();

  /** By which of all cover a destination: thousands of destinations have the same. */
  private final Map<BitSet, PolicySet> sets = new HashMap<>();

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
    BitSet covering = new BitSet(all.size());
    for (int i = 0; i < all.size(); i++) {
      covering.set(i, attachment.covers(all.get(i)));
    }
    return covering.isEmpty() ? PolicySet.ALLOW_ALL : sets.computeIfAbsent(covering, this::set);
  }

  private PolicySet set(BitSet covering) {
    return compiled.get(
        new Attached(covering.stream().mapToObj(all::get).toList(), trust, authorizers),
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
