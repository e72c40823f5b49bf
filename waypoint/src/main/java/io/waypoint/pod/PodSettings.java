// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.waypoint.discovery.wds.WdsSettings;
import io.waypoint.world.GatewayName;
import java.net.InetAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Who a process is in a cluster, and where it gets what.
 *
 * @param gateway ours; our Service has its name and namespace
 * @param pod this pod; its account is the one that istiod's authority certifies
 * @param census who tells of services and workloads
 * @param certificates folder with our certificate, its key and the roots; null for istiod's
 *     authority
 * @param listen where callers dial
 * @param version ours
 */
public record PodSettings(
    GatewayName gateway,
    WdsSettings.Pod pod,
    CensusSource census,
    @Nullable Path certificates,
    InetAddress listen,
    String version) {
  /** Who tells of services and workloads. */
  public enum CensusSource {
    /** Istiod, which has joined them for the whole mesh. */
    ISTIOD,
    /** Services, EndpointSlices and Pods of the Kubernetes API; needs no istiod. */
    KUBERNETES
  }
}
