// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import com.google.protobuf.ByteString;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.wire.workload.Address;
import io.waypoint.wire.workload.GatewayAddress;
import io.waypoint.wire.workload.LoadBalancing;
import io.waypoint.wire.workload.Locality;
import io.waypoint.wire.workload.NetworkAddress;
import io.waypoint.wire.workload.NetworkMode;
import io.waypoint.wire.workload.Port;
import io.waypoint.wire.workload.PortList;
import io.waypoint.wire.workload.Service;
import io.waypoint.wire.workload.TunnelProtocol;
import io.waypoint.wire.workload.WeightedWaypoint;
import io.waypoint.wire.workload.Workload;
import io.waypoint.wire.workload.WorkloadStatus;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.IpText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads resources of type {@code istio.workload.Address}. What would mislead us is refused with a
 * reason; what we do not know is passed over.
 */
final class AddressReader {
  private static final String UNKNOWN = "unknown";
  private static final int LONGEST = 512;

  private AddressReader() {}

  /**
   * @param name under which it was told
   * @throws IllegalArgumentException with what is wrong, for whoever told it
   */
  static Told read(String name, Address address) {
    return switch (address.getTypeCase()) {
      case SERVICE -> service(name, address.getService());
      case WORKLOAD -> workload(name, address.getWorkload());
      case TYPE_NOT_SET ->
          throw new IllegalArgumentException("it is neither a service nor a workload");
    };
  }

  private static Told service(String resource, Service service) {
    String key = service.getNamespace() + "/" + service.getHostname();
    require(!service.getNamespace().isEmpty(), "the service has no namespace");
    require(!service.getHostname().isEmpty(), "the service has no host name");
    require(key.length() <= LONGEST, "the name is too long");
    require(key.equals(resource), "the service calls itself " + key);
    List<String> addresses = new ArrayList<>();
    List<String> aliases = new ArrayList<>();
    for (NetworkAddress network : service.getAddressesList()) {
      String text = text(network.getAddress());
      boolean single =
          !network.hasLength() || network.getLength() == network.getAddress().size() * 8;
      // A range is for whoever connects to any of its addresses; nobody addresses it as a whole.
      if (single) {
        addresses.add(text);
        aliases.add(network.getNetwork() + "/" + text);
      }
    }
    List<String> waypoints = new ArrayList<>();
    if (service.hasWaypoint()) {
      waypoints.add(front(service.getWaypoint()));
    }
    for (WeightedWaypoint weighted : service.getWeightedWaypointsList()) {
      String front = front(weighted.getDestination());
      if (!waypoints.contains(front)) {
        waypoints.add(front);
      }
    }
    List<Told.Port> ports = new ArrayList<>();
    for (Port port : service.getPortsList()) {
      int target = port.getTargetPort() == 0 ? 0 : number(port.getTargetPort());
      ports.add(
          new Told.Port(number(port.getServicePort()), target, protocol(port.getAppProtocol())));
    }
    LoadBalancing balancing = service.getLoadBalancing();
    boolean strict = balancing.getMode() == LoadBalancing.Mode.STRICT;
    boolean prefers = strict || balancing.getMode() == LoadBalancing.Mode.FAILOVER;
    return new Told.Service(
        key.intern(),
        service.getName(),
        service.getNamespace().intern(),
        service.getHostname(),
        List.copyOf(addresses),
        List.copyOf(aliases),
        List.copyOf(waypoints),
        List.copyOf(ports),
        prefers ? List.copyOf(balancing.getRoutingPreferenceList()) : List.of(),
        strict,
        balancing.getMode() == LoadBalancing.Mode.PASSTHROUGH,
        balancing.getHealthPolicy() == LoadBalancing.HealthPolicy.ALLOW_ALL);
  }

  private static Told workload(String resource, Workload workload) {
    require(!workload.getUid().isEmpty(), "the workload has no uid");
    require(workload.getUid().length() <= LONGEST, "the uid is too long");
    require(workload.getUid().equals(resource), "the workload calls itself " + workload.getUid());
    require(!workload.getNamespace().isEmpty(), "the workload has no namespace");
    require(workload.getHostname().length() <= LONGEST, "the host's name is too long");
    List<String> addresses = new ArrayList<>();
    for (ByteString bytes : workload.getAddressesList()) {
      addresses.add(text(bytes));
    }
    Map<String, Map<Integer, Integer>> services = new HashMap<>();
    workload.getServicesMap().forEach((key, ports) -> services.put(key.intern(), ports(ports)));
    Locality locality = workload.getLocality();
    return new Told.Workload(
        workload.getUid(),
        who(workload),
        List.copyOf(addresses),
        workload.getHostname().toLowerCase(Locale.ROOT),
        workload.getNetworkMode() != NetworkMode.HOST_NETWORK,
        workload.getTunnelProtocol() == TunnelProtocol.HBONE,
        workload.getStatus() == WorkloadStatus.HEALTHY,
        new Told.Place(
            workload.getNetwork().intern(),
            locality.getRegion().intern(),
            locality.getZone().intern(),
            locality.getSubzone().intern(),
            workload.getNode().intern(),
            workload.getClusterId().intern()),
        Map.copyOf(services),
        workload.hasWaypoint() ? front(workload.getWaypoint()) : null);
  }

  /** What is elided is what it is nearly always. */
  private static io.waypoint.world.Workload who(Workload workload) {
    String account = or(workload.getServiceAccount(), "default");
    var identity =
        new SpiffeId(
            new TrustDomain(or(workload.getTrustDomain(), WdsSettings.DEFAULT_DOMAIN)),
            workload.getNamespace(),
            account);
    String name = or(workload.getCanonicalName(), UNKNOWN);
    String revision = or(workload.getCanonicalRevision(), "latest");
    return new io.waypoint.world.Workload(
        workload.getName(),
        workload.getNamespace().intern(),
        or(workload.getWorkloadName(), workload.getName()).intern(),
        identity,
        name.intern(),
        revision.intern(),
        name.intern(),
        revision.intern(),
        or(workload.getClusterId(), "Kubernetes").intern());
  }

  private static String or(String told, String otherwise) {
    return told.isEmpty() ? otherwise : told;
  }

  private static Map<Integer, Integer> ports(PortList list) {
    Map<Integer, Integer> ports = new HashMap<>();
    for (Port port : list.getPortsList()) {
      if (port.getTargetPort() != 0) {
        ports.put(number(port.getServicePort()), number(port.getTargetPort()));
      }
    }
    return Map.copyOf(ports);
  }

  private static String front(GatewayAddress gateway) {
    return switch (gateway.getDestinationCase()) {
      case HOSTNAME ->
          gateway.getHostname().getNamespace() + "/" + gateway.getHostname().getHostname();
      case ADDRESS ->
          gateway.getAddress().getNetwork() + "/" + text(gateway.getAddress().getAddress());
      case DESTINATION_NOT_SET ->
          throw new IllegalArgumentException("a waypoint without an address");
    };
  }

  private static int number(int port) {
    require(port > 0 && port <= 65535, "there is no port " + Integer.toUnsignedString(port));
    return port;
  }

  private static String text(ByteString bytes) {
    require(bytes.size() == 4 || bytes.size() == 16, bytes.size() + " bytes are no address");
    try {
      String spelled = InetAddress.getByAddress(bytes.toByteArray()).getHostAddress();
      return Objects.requireNonNullElse(IpText.canonical(spelled), spelled);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address", e);
    }
  }

  private static AppProtocol protocol(io.waypoint.wire.workload.AppProtocol told) {
    return switch (told) {
      case HTTP11 -> AppProtocol.HTTP;
      case HTTP2 -> AppProtocol.HTTP2;
      case GRPC -> AppProtocol.GRPC;
      case TCP -> AppProtocol.TCP;
      case TLS -> AppProtocol.TLS;
      case UNKNOWN, UNRECOGNIZED -> AppProtocol.UNKNOWN;
    };
  }

  private static void require(boolean holds, @Nullable String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
