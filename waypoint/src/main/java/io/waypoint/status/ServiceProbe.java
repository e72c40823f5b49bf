// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.waypoint.world.GatewayName;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether callers who are sent to our Service find somebody: one of its endpoints is ready. What
 * matters is what the cluster believes, which learns of our own readiness later than we do.
 */
final class ServiceProbe implements StatusWriter.AddressSource {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  private final KubernetesClient client;
  private final String service;
  private final WorldHolder worlds;
  private final BooleanSupplier ready;

  /**
   * @param service the name of the Service in front of our pods
   * @param ready whether this process is
   */
  ServiceProbe(KubernetesClient client, String service, WorldHolder worlds, BooleanSupplier ready) {
    this.client = client;
    this.service = service;
    this.worlds = worlds;
    this.ready = ready;
  }

  @Override
  public @Nullable String ready() {
    World world = worlds.current();
    GatewayName gateway = world == null ? null : world.gateway();
    if (world == null || gateway == null || !ready.getAsBoolean()) {
      return null;
    }
    try {
      boolean somebody =
          client
              .discovery()
              .v1()
              .endpointSlices()
              .inNamespace(gateway.namespace())
              .withLabel(SERVICE_NAME, service)
              .list()
              .getItems()
              .stream()
              .anyMatch(ServiceProbe::hasReady);
      return somebody
          ? service + "." + gateway.namespace() + ".svc." + world.mesh().clusterDomain()
          : null;
    } catch (KubernetesClientException _) {
      // Asked again soon; until then traffic goes direct, as it did.
      return null;
    }
  }

  private static boolean hasReady(EndpointSlice slice) {
    return slice.getEndpoints() != null
        && slice.getEndpoints().stream().anyMatch(ServiceProbe::isReady);
  }

  private static boolean isReady(Endpoint endpoint) {
    return endpoint.getConditions() != null
        && Boolean.TRUE.equals(endpoint.getConditions().getReady());
  }
}
