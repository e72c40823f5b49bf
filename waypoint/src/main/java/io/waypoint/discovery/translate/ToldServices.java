// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.IpText;
import io.waypoint.world.OffLimits;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Services that somebody tells of. Where the Service is written too, it adds what is not told: the
 * names of its ports, and the protocols that are told as unknown. One that is told and written as
 * it was is the same object as for the world before.
 */
final class ToldServices {
  private static final Source TELLER = Source.object("discovery", "istio-system", "istiod", "");

  /**
   * @param key of what may be written of it
   */
  private record Joined(
      String key, @Nullable Manifest written, @Nullable ServiceSpec spec, ServiceSpec joined) {}

  private IdentityHashMap<KnownService, Joined> last = new IdentityHashMap<>();

  /**
   * Adds them to those that are written, by key, and takes the place of equal ones.
   *
   * @param problems where those of what is not written would go
   */
  void join(
      List<KnownService> services,
      Objects objects,
      Map<String, ServiceSpec> byKey,
      Problems problems) {
    Doc nothing = Doc.unwritten(TELLER, problems);
    var now = new IdentityHashMap<KnownService, Joined>(services.size());
    for (KnownService told : services) {
      Joined before = last.get(told);
      String key = before == null ? told.namespace() + "/" + told.name() : before.key();
      Manifest written = objects.find(told.kubernetes() ? "Service" : "ServiceEntry", key);
      ServiceSpec spec =
          told.kubernetes()
              ? byKey.get(key)
              : objects.written(told.namespace() + "/" + told.hostname());
      Joined joined =
          before != null
                  && before.written() == written
                  && (!told.kubernetes() || before.spec() == spec)
              ? before
              : new Joined(key, written, spec, join(told, written, spec, nothing));
      now.put(told, joined);
      byKey.put(joined.joined().key(), joined.joined());
    }
    last = now;
  }

  private static ServiceSpec join(
      KnownService told, @Nullable Manifest written, @Nullable ServiceSpec spec, Doc nothing) {
    String kind = told.kubernetes() ? "Service" : "ServiceEntry";
    Manifest manifest =
        written == null ? new Manifest("", kind, told.namespace(), told.name(), nothing) : written;
    return new ServiceSpec(manifest, callable(told), Map.of(), ports(told, spec), null, told);
  }

  /**
   * The addresses by which it is known. Where they are also what is dialled, whoever wrote them
   * chose where we connect, and our own doors are not among the choices.
   */
  private static List<String> callable(KnownService told) {
    boolean dialled =
        told.ports().stream()
            .flatMap(port -> port.endpoints().endpoints().stream())
            .anyMatch(endpoint -> endpoint.address() == Endpoint.AS_DIALLED);
    return dialled
        ? told.addresses().stream().filter(ToldServices::isAnotherHosts).toList()
        : told.addresses();
  }

  private static boolean isAnotherHosts(String text) {
    InetAddress address = IpText.parse(text);
    return address != null && OffLimits.whyInCluster(address) == null;
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
      String declared = other == null ? null : other.declared();
      ports.add(new ServiceSpec.Port(name, port.number(), port.number(), "", protocol, declared));
    }
    return ports;
  }
}
