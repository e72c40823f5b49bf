// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.IpText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Who answers for the hosts of ServiceEntries. A name stands for every address that the DNS has for
 * it, but for those that are never called.
 */
final class EntryEndpoints {
  private static final int HBONE = 15008;

  private final HostTable.Look hosts;
  private final TrustDomain domain;

  EntryEndpoints(HostTable.Look hosts, TrustDomain domain) {
    this.hosts = hosts;
    this.domain = domain;
  }

  /** Changes when the DNS has said something else. */
  long version() {
    return hosts.version();
  }

  List<Endpoint> of(ServiceSpec service, EntryHost entry, ServiceSpec.Port port) {
    if (entry.resolution() == EntryHost.Resolution.NONE) {
      return List.of(KnownService.asDialled(service.namespace() + "/" + entry.host()));
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (EntryHost.Place place : entry.places()) {
      InetAddress literal = IpText.parse(place.address());
      List<InetAddress> addresses =
          literal == null
              ? named(service.manifest(), place.address(), place.doc())
              : List.of(literal);
      for (InetAddress address : addresses) {
        endpoints.add(endpoint(service, place, new InetSocketAddress(address, place.port(port))));
      }
    }
    return endpoints;
  }

  private Endpoint endpoint(ServiceSpec service, EntryHost.Place place, InetSocketAddress address) {
    String account = place.identity();
    Endpoint.Tunnel tunnel =
        account == null
            ? null
            : new Endpoint.Tunnel(
                new InetSocketAddress(address.getAddress(), HBONE),
                new SpiffeId(domain, service.namespace(), account).uri());
    return new Endpoint(address, tunnel, place.workload(), true, place.locality());
  }

  /** The addresses of a host that may be called; a word about those that may not. */
  List<InetAddress> named(Manifest author, String host, Doc at) {
    // What is told comes here as it was told.
    if (!Names.isSubdomain(host)) {
      at.warning(Code.ENTRY_NOT_USED, "\"" + host + "\" is not a host name: it is not looked up");
      return List.of();
    }
    return switch (hosts.find(host)) {
      case HostTable.Answer.Unknown _ -> List.of();
      case HostTable.Answer.Failed(var why) -> {
        at.warning(Code.HOST_NOT_RESOLVED, host + " is not known to the DNS: " + why);
        yield List.of();
      }
      case HostTable.Answer.Known(var all) -> {
        List<InetAddress> good = new ArrayList<>(all.size());
        for (InetAddress address : all) {
          String why = PlaceReader.objection(author, address);
          if (why == null) {
            good.add(address);
          } else {
            at.warning(
                Code.ENTRY_NOT_USED,
                "%s has the address %s, %s: it is never called"
                    .formatted(host, address.getHostAddress(), why));
          }
        }
        yield good;
      }
    };
  }

  /** Endpoints of which some may be known by name. */
  List<Endpoint> resolved(List<Endpoint> told, Manifest author) {
    if (told.stream().noneMatch(EntryEndpoints::isNamed)) {
      return told;
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (Endpoint endpoint : told) {
      if (!isNamed(endpoint)) {
        endpoints.add(endpoint);
        continue;
      }
      String host = endpoint.address().getHostString();
      for (InetAddress address : named(author, host, author.doc())) {
        endpoints.add(endpoint.at(new InetSocketAddress(address, endpoint.address().getPort())));
      }
    }
    return endpoints;
  }

  private static boolean isNamed(Endpoint endpoint) {
    return endpoint.address().isUnresolved() && endpoint.address() != Endpoint.AS_DIALLED;
  }
}
