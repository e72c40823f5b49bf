// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.rbac.Attachment;
import io.waypoint.world.Guards;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a destination: policies and rules about tokens attach alike.
 *
 * @param classes those whose policies hold here
 */
record Protections(
    Policies policies, Authentications authentications, String rootNamespace, Set<String> classes) {
  /**
   * @param service null when a pod was addressed
   */
  Guards of(GatewaySpec gateway, @Nullable ServiceSpec service) {
    var attachment =
        new Attachment(
            rootNamespace,
            gateway.name().namespace(),
            gateway.name().name(),
            classes,
            service == null
                ? null
                : new Attachment.Service(
                    service.manifest().kind(), service.namespace(), service.name()));
    return new Guards(authentications.of(attachment), policies.of(attachment));
  }
}
