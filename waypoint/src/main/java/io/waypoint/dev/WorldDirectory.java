// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.waypoint.dev.ztunnel.Directory;
import io.waypoint.dev.ztunnel.Hop;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.IpText;
import io.waypoint.world.MeshService;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a ztunnel would have been told by discovery, read from the world that the waypoint has. */
final class WorldDirectory implements Directory {
  /** Where our waypoint takes tunnels and who it is. */
  record WaypointAddress(InetSocketAddress hbone, SpiffeId identity) {}

  private static final int MOST_NAMES = 12;

  private final WorldHolder worlds;
  private final Supplier<@Nullable WaypointAddress> waypoint;

  /**
   * @param waypoint null until it listens
   */
  WorldDirectory(WorldHolder worlds, Supplier<@Nullable WaypointAddress> waypoint) {
    this.worlds = worlds;
    this.waypoint = waypoint;
  }

  @Override
  public Hop find(SpiffeId caller, String host, int port) {
    World world = worlds.current();
    if (world == null) {
      return new Hop.Nowhere("no configuration is loaded yet");
    }
    MeshService service = world.service(host, caller.namespace());
    if (service == null) {
      return new Hop.Nowhere("no service of that name; there are " + names(world));
    }
    Destination destination = service.port(port);
    if (destination == null) {
      return new Hop.Nowhere(
          "service " + service.name() + " has no such port; it has " + ports(service));
    }
    return switch (service.binding()) {
      case Binding.Ours ours -> toWaypoint(service, host, port);
      case Binding.Another another ->
          new Hop.Nowhere(
              "service "
                  + service.name()
                  + " belongs to waypoint "
                  + another.waypoint()
                  + ", which does not run here");
      case Binding.Unbound unbound -> straight(service, destination);
    };
  }

  /** Who dials an address is sent there; a name has its first one. */
  private Hop toWaypoint(MeshService service, String host, int port) {
    WaypointAddress ours = waypoint.get();
    if (ours == null) {
      return new Hop.Nowhere("the waypoint is not up yet");
    }
    String literal = IpText.canonical(host);
    String address = literal == null ? service.addresses().getFirst() : literal;
    String bracketed = address.indexOf(':') < 0 ? address : "[" + address + "]";
    return new Hop.Tunnel(ours.hbone(), ours.identity().uri(), bracketed + ":" + port);
  }

  private static Hop straight(MeshService service, Destination destination) {
    for (Endpoint endpoint : destination.endpoints().endpoints()) {
      Endpoint.Tunnel tunnel = endpoint.tunnel();
      if (endpoint.ready() && tunnel != null) {
        String authority = endpoint.address().getHostString() + ":" + endpoint.address().getPort();
        return new Hop.Tunnel(tunnel.hbone(), tunnel.identity(), authority);
      }
    }
    return new Hop.Nowhere("service " + service.name() + " has no workload on this machine");
  }

  private static String names(World world) {
    List<MeshService> services = world.services();
    String some =
        services.stream()
            .limit(MOST_NAMES)
            .map(service -> service.name() + "." + service.namespace())
            .collect(Collectors.joining(", "));
    return services.size() > MOST_NAMES ? some + " and more" : some;
  }

  private static String ports(MeshService service) {
    return service.ports().stream()
        .map(port -> Integer.toString(port.port()))
        .collect(Collectors.joining(", "));
  }
}
