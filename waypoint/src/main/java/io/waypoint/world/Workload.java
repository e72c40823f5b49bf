// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.identity.SpiffeId;

/**
 * What the mesh knows of one workload; the source and destination labels of telemetry come from
 * here.
 *
 * @param name the pod's name
 * @param owner the workload's name, for a pod of a Deployment the Deployment's
 * @param canonicalName label {@code service.istio.io/canonical-name}, else {@code app}, else the
 *     owner
 * @param canonicalRevision label {@code service.istio.io/canonical-revision}, else {@code version},
 *     else {@code latest}
 * @param app label {@code app}, or {@code unknown}
 * @param version label {@code version}, or {@code unknown}
 */
public record Workload(
    String name,
    String namespace,
    String owner,
    SpiffeId identity,
    String canonicalName,
    String canonicalRevision,
    String app,
    String version,
    String cluster) {
  /** {@code namespace/name}: the key that an endpoint's {@code workload} holds. */
  public String key() {
    return namespace + "/" + name;
  }
}
