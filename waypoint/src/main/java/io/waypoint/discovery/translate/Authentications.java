// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.Attachment;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.RequestAuthentication;
import java.util.ArrayList;
import java.util.List;

/** The RequestAuthentications, and which of them say who calls a destination. */
final class Authentications {
  private final List<RequestAuthentication> all = new ArrayList<>();
  private final Memo<List<RequestAuthentication>, JwtRules> compiled;

  Authentications(
      Objects objects,
      PolicyTargets targets,
      Memo<List<RequestAuthentication>, JwtRules> compiled) {
    this.compiled = compiled;
    for (Manifest manifest : objects.of("RequestAuthentication")) {
      int errors = manifest.doc().errorsSoFar();
      RequestAuthentication read = TokenRuleReader.read(manifest);
      all.add(read);
      if (manifest.doc().errorsSoFar() == errors) {
        targets.report(manifest, read.targetRefs());
      }
    }
  }

  JwtRules of(Attachment attachment) {
    List<RequestAuthentication> covering = new ArrayList<>();
    for (RequestAuthentication one : all) {
      if (attachment.covers(one.origin().namespace(), one.targetRefs())) {
        covering.add(one);
      }
    }
    return covering.isEmpty() ? JwtRules.NONE : compiled.get(covering, JwtRules::compile);
  }
}
