// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.TargetRef;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a waypoint guards when one destination is addressed. A policy reaches it by target
 * references alone: policies with a selector, and those for a namespace, are not for waypoints.
 * What a reference says of a namespace counts for Gateways alone: a Service is always the policy's
 * own.
 *
 * @param gatewayClasses the names of the waypoint's own class, and of those it stands in for
 * @param service what the caller addressed; null when it addressed a pod
 */
public record Attachment(
    String rootNamespace,
    String gatewayNamespace,
    String gatewayName,
    Set<String> gatewayClasses,
    @Nullable Service service) {
  private static final String GATEWAY_GROUP = "gateway.networking.k8s.io";

  /**
   * @param kind {@code Service} or {@code ServiceEntry}
   */
  public record Service(String kind, String namespace, String name) {}

  public Attachment {
    gatewayClasses = Set.copyOf(gatewayClasses);
  }

  public boolean covers(AuthorizationPolicy policy) {
    return covers(policy.namespace(), policy.targetRefs());
  }

  /** Whether any target of a policy of that namespace is here. */
  public boolean covers(String namespace, List<TargetRef> targets) {
    for (TargetRef ref : targets) {
      if (covers(namespace, ref)) {
        return true;
      }
    }
    return false;
  }

  private boolean covers(String namespace, TargetRef ref) {
    return switch (ref.kind()) {
      case "Service" ->
          (ref.group().isEmpty() || ref.group().equals("core")) && isService(namespace, ref);
      case "ServiceEntry" -> ref.group().equals("networking.istio.io") && isService(namespace, ref);
      case "GatewayClass" ->
          ref.group().equals(GATEWAY_GROUP)
              && namespace.equals(rootNamespace)
              && gatewayClasses.contains(ref.name());
      case "Gateway" ->
          ref.group().equals(GATEWAY_GROUP)
              && namespace.equals(gatewayNamespace)
              && (ref.namespace().isEmpty() || ref.namespace().equals(gatewayNamespace))
              && ref.name().equals(gatewayName);
      default -> false;
    };
  }

  private boolean isService(String namespace, TargetRef ref) {
    return service != null
        && service.kind().equals(ref.kind())
        && service.name().equals(ref.name())
        && service.namespace().equals(namespace);
  }
}
