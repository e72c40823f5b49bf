// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.model;

/**
 * What a policy attaches to.
 *
 * @param group empty for the core group
 * @param namespace empty for the policy's own
 */
public record TargetRef(String group, String kind, String namespace, String name) {
  public static TargetRef service(String name) {
    return new TargetRef("", "Service", "", name);
  }

  public static TargetRef gateway(String name) {
    return new TargetRef("gateway.networking.k8s.io", "Gateway", "", name);
  }
}
