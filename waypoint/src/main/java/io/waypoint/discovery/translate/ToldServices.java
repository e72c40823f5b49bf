// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.Manifest;
import io.waypoint.world.AppProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Services that somebody tells of. Where the Service is written too, it adds what is not told: the
 * names of its ports, and the protocols that are told as unknown.
 */
record ToldServices(List<KnownService> services, Problems problems) {
  private static final Source TELLER = Source.object("discovery", "istio-system", "istiod", "");

  /** Adds them to those that are written, by key, and takes the place of equal ones. */
  void join(Objects objects, Map<String, ServiceSpec> byKey) {
    Doc nothing = Doc.unwritten(TELLER, problems);
    for (KnownService told : services) {
      String kind = told.kubernetes() ? "Service" : "ServiceEntry";
      Manifest written = objects.find(kind, told.namespace(), told.name());
      Manifest manifest =
          written == null
              ? new Manifest("", kind, told.namespace(), told.name(), nothing)
              : written;
      ServiceSpec spec = told.kubernetes() ? byKey.get(told.namespace() + "/" + told.name()) : null;
      ServiceSpec joined =
          new ServiceSpec(manifest, told.addresses(), Map.of(), ports(told, spec), told);
      byKey.put(joined.key(), joined);
    }
  }

  private static List<ServiceSpec.Port> ports(KnownService told, @Nullable ServiceSpec written) {
    List<ServiceSpec.Port> ports = new ArrayList<>(told.ports().size());
    for (KnownService.Port port : told.ports()) {
      ServiceSpec.Port other = written == null ? null : written.port(port.number());
      AppProtocol protocol = port.protocol();
      if (other != null && protocol == AppProtocol.UNKNOWN) {
        protocol = other.protocol();
      }
      String name = other == null ? "" : other.name();
      ports.add(new ServiceSpec.Port(name, port.number(), port.number(), "", protocol));
    }
    return ports;
  }
}
