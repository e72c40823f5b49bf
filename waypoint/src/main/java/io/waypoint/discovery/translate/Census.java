// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import java.util.List;

/**
 * The services and workloads of the mesh when somebody has joined them already, as istiod does.
 * They take the place of those that Pods, Deployments and EndpointSlices would make; policies and
 * routes are read from objects either way.
 *
 * @param services by namespace and hostname
 * @param workloads by namespace and name
 */
public record Census(List<KnownService> services, List<KnownWorkload> workloads) {
  public Census {
    services = List.copyOf(services);
    workloads = List.copyOf(workloads);
  }
}
