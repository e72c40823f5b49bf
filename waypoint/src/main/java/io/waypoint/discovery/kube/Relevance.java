// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.world.GatewayName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which objects have to do with this proxy. Routes of other people's gateways and policies that a
 * ztunnel or sidecar enforces are not even kept.
 *
 * @param gateway ours; null while any Gateway of our class may be
 * @param controller the name under which we write into the status of routes
 */
record Relevance(@Nullable GatewayName gateway, String controller) {
  private static final Set<String> ROUTES =
      Set.of("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute");
  private static final Set<String> TARGETED =
      Set.of("AuthorizationPolicy", "RequestAuthentication", "Telemetry");

  boolean concerns(KubeKind kind, KubeObject object) {
    ReadObject document = object.document();
    if (document == null) {
      return true;
    }
    Doc doc = document.doc(new Problems());
    if (ROUTES.contains(kind.kind())) {
      return wroteTo(object)
          || doc.field("spec").field("parentRefs").list().stream().anyMatch(this::isOurs);
    }
    if (TARGETED.contains(kind.kind())) {
      Doc spec = doc.field("spec");
      return spec.has("targetRef") || spec.has("targetRefs");
    }
    return !kind.kind().equals("Pod") || isAlive(doc);
  }

  private boolean isOurs(Doc parent) {
    if (!parent.field("kind").text("Gateway").equals("Gateway")) {
      return true;
    }
    return gateway == null || parent.field("name").text("").equals(gateway.name());
  }

  private static boolean isAlive(Doc pod) {
    String phase = pod.field("status").field("phase").text("");
    return !phase.equals("Succeeded") && !phase.equals("Failed");
  }

  /** What we wrote into a route that has left us is ours to take back. */
  private boolean wroteTo(KubeObject route) {
    if (route.status() instanceof Map<?, ?> status
        && status.get("parents") instanceof List<?> all) {
      for (Object entry : all) {
        if (entry instanceof Map<?, ?> parent && controller.equals(parent.get("controllerName"))) {
          return true;
        }
      }
    }
    return false;
  }
}
