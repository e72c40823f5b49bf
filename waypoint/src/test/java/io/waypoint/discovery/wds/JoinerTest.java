// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import static io.waypoint.discovery.wds.Wire.GATEWAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.translate.Census;
import io.waypoint.discovery.translate.KnownService;
import io.waypoint.discovery.translate.KnownWorkload;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Spread;
import io.waypoint.wire.discovery.Resource;
import io.waypoint.wire.workload.GatewayAddress;
import io.waypoint.wire.workload.LoadBalancing;
import io.waypoint.wire.workload.Locality;
import io.waypoint.wire.workload.NetworkMode;
import io.waypoint.wire.workload.Port;
import io.waypoint.wire.workload.PortList;
import io.waypoint.wire.workload.Service;
import io.waypoint.wire.workload.TunnelProtocol;
import io.waypoint.wire.workload.WeightedWaypoint;
import io.waypoint.wire.workload.Workload;
import io.waypoint.wire.workload.WorkloadStatus;
import io.waypoint.world.GatewayName;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JoinerTest {
  private static final GatewayAddress OURS =
      Wire.front("default", "waypoint.default.svc.cluster.local");

  private final Joiner joiner = new Joiner(Wire.SETTINGS);
  private final Ledger ledger = new Ledger(joiner);

  private Census told(Resource... resources) {
    assertThat(ledger.take(Wire.answer(resources))).isEmpty();
    return joiner.census();
  }

  private static KnownService service(Census census, String name) {
    return census.services().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  private static KnownWorkload workload(Census census, String name) {
    return census.workloads().stream()
        .filter(w -> w.workload().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> ready(Census census) {
    return service(census, "shop").ports().getFirst().endpoints().endpoints().stream()
        .filter(Endpoint::ready)
        .map(Endpoint::workload)
        .toList();
  }

  private static Resource shop(UnaryOperator<Service.Builder> more) {
    return Wire.service("shop", "1", more);
  }

  private static Resource in(String name, String address, String region, String zone) {
    return Wire.workload(
        name,
        "shop",
        address,
        w -> w.setLocality(Locality.newBuilder().setRegion(region).setZone(zone)));
  }

  /** Our own pod, so that it is known where we are. */
  private static Resource[] here() {
    return new Resource[] {
      Wire.service("waypoint", "1", UnaryOperator.identity()),
      Wire.workload(
          "waypoint-1",
          "waypoint",
          "10.244.0.2",
          w -> w.setLocality(Locality.newBuilder().setRegion("r").setZone("z1")))
    };
  }

  @Test
  void theOrderInWhichTheyAreToldDoesNotMatter() {
    Resource service = shop(UnaryOperator.identity());
    Resource pod = Wire.workload("a", "shop", "10.0.0.1", UnaryOperator.identity());

    Census first = told(pod, service);
    Joiner other = new Joiner(Wire.SETTINGS);
    new Ledger(other).take(Wire.answer(service, pod));

    assertThat(first).isEqualTo(other.census());
    assertThat(ready(first)).containsExactly("default/a");
  }

  @Test
  void aWaypointIsOursByNameByAddressAndAsCanary() {
    Resource own = Wire.service("waypoint", "1", w -> w.addAddresses(Wire.network("10.96.0.9")));
    GatewayAddress byAddress =
        GatewayAddress.newBuilder().setAddress(Wire.network("10.96.0.9")).build();

    Census census =
        told(
            shop(s -> s.setWaypoint(OURS)),
            Wire.service("cart", "1", s -> s.setWaypoint(byAddress)),
            Wire.service(
                "till",
                "1",
                s ->
                    s.setWaypoint(Wire.front("default", "old.default.svc.cluster.local"))
                        .addWeightedWaypoints(WeightedWaypoint.newBuilder().setDestination(OURS))),
            own);

    assertThat(service(census, "shop").waypoints()).containsExactly(GATEWAY);
    assertThat(service(census, "cart").waypoints()).containsExactly(GATEWAY);
    assertThat(service(census, "till").waypoints())
        .containsExactly(new GatewayName("default", "old"), GATEWAY);
  }

  @Test
  void anAddressThatGetsAnotherOwnerIsAnotherWaypoint() {
    GatewayAddress byAddress =
        GatewayAddress.newBuilder().setAddress(Wire.network("10.96.0.9")).build();
    Census before =
        told(
            shop(s -> s.setWaypoint(byAddress)),
            Wire.service("waypoint", "1", w -> w.addAddresses(Wire.network("10.96.0.9"))));
    assertThat(service(before, "shop").waypoints()).containsExactly(GATEWAY);

    Census after =
        told(
            Wire.service("waypoint", "2", UnaryOperator.identity()),
            Wire.service("other", "1", w -> w.addAddresses(Wire.network("10.96.0.9"))));
    assertThat(service(after, "shop").waypoints())
        .containsExactly(new GatewayName("default", "other"));
  }

  @Test
  void whoeverOnlySoundsLikeUsIsNotUs() {
    Census census =
        told(shop(s -> s.setWaypoint(Wire.front("default", "waypoint.default.svc.other.domain"))));
    assertThat(service(census, "shop").waypoints()).doesNotContain(GATEWAY);
  }

  @Test
  void eachWorkloadHasItsOwnPortWhereTheServiceNamesOne() {
    String key = "default/shop.default.svc.cluster.local";
    Census census =
        told(
            Wire.service(
                "shop", "1", s -> s.clearPorts().addPorts(Port.newBuilder().setServicePort(80))),
            Wire.workload(
                "a",
                "shop",
                "10.0.0.1",
                w ->
                    w.putServices(
                        key,
                        PortList.newBuilder()
                            .addPorts(Port.newBuilder().setServicePort(80).setTargetPort(9090))
                            .build())),
            Wire.workload("b", "shop", "10.0.0.2", UnaryOperator.identity()));

    assertThat(service(census, "shop").ports().getFirst().endpoints().endpoints())
        .singleElement()
        .satisfies(endpoint -> assertThat(endpoint.address().getPort()).isEqualTo(9090));
  }

  @Test
  void anUnhealthyWorkloadIsNotReadyUnlessTheServiceTakesAll() {
    Resource sick =
        Wire.workload("a", "shop", "10.0.0.1", w -> w.setStatus(WorkloadStatus.UNHEALTHY));
    assertThat(ready(told(shop(UnaryOperator.identity()), sick))).isEmpty();

    Resource any =
        Wire.service(
            "shop",
            "2",
            s ->
                s.setLoadBalancing(
                    LoadBalancing.newBuilder()
                        .setHealthPolicy(LoadBalancing.HealthPolicy.ALLOW_ALL)));
    assertThat(ready(told(any))).containsExactly("default/a");
  }

  /** What Envoy would do with the same preference: policies.md 5.13. */
  @Test
  void theNearestReadyOnesAreUsedAndOthersWhenTheyAreGoneOrFail() {
    LoadBalancing near =
        LoadBalancing.newBuilder()
            .setMode(LoadBalancing.Mode.FAILOVER)
            .addRoutingPreference(LoadBalancing.Scope.NETWORK)
            .addRoutingPreference(LoadBalancing.Scope.REGION)
            .addRoutingPreference(LoadBalancing.Scope.ZONE)
            .build();
    told(here());
    Census all =
        told(
            shop(s -> s.setLoadBalancing(near)),
            in("a", "10.0.0.1", "r", "z1"),
            in("b", "10.0.0.2", "r", "z2"),
            in("c", "10.0.0.3", "far", "z1"));
    assertThat(groups(all, "")).containsExactly("100 default/a", "0 default/b", "0 default/c");
    assertThat(groups(all, "default/a"))
        .as("an ejected one hands on to the next nearest")
        .containsExactly("0 ", "100 default/b", "0 default/c");

    Census sick =
        told(
            Wire.workload(
                "a",
                "shop",
                "10.0.0.1",
                w ->
                    w.setStatus(WorkloadStatus.UNHEALTHY)
                        .setLocality(Locality.newBuilder().setRegion("r").setZone("z1"))));
    assertThat(groups(sick, "")).containsExactly("100 default/b", "0 default/c");
  }

  /** Who gets which share of the requests, the most preferred first. */
  private static List<String> groups(Census census, String ejected) {
    EndpointSet set = service(census, "shop").ports().getFirst().endpoints();
    return Spread.of(
            set,
            endpoint -> endpoint.workload().equals(ejected),
            set.policy().locality(),
            io.waypoint.routing.balance.Locality.UNKNOWN,
            0)
        .groups()
        .stream()
        .map(group ->
            group.share()
                + " "
                + group.endpoints().endpoints().stream()
                    .map(Endpoint::workload)
                    .collect(Collectors.joining(",")))
        .toList();
  }

  @Test
  void strictlyLocalMeansNobodyElse() {
    LoadBalancing local =
        LoadBalancing.newBuilder()
            .setMode(LoadBalancing.Mode.STRICT)
            .addRoutingPreference(LoadBalancing.Scope.NODE)
            .build();
    Census census =
        told(
            shop(s -> s.setLoadBalancing(local)),
            Wire.workload("a", "shop", "10.0.0.1", w -> w.setNode("node-2")));
    assertThat(ready(census)).isEmpty();

    assertThat(ready(told(Wire.workload("b", "shop", "10.0.0.2", w -> w.setNode("node-1")))))
        .containsExactly("default/b");
  }

  @Test
  void anotherNetworkCannotBeDialled() {
    Census census =
        told(
            shop(UnaryOperator.identity()),
            Wire.workload("a", "shop", "10.0.0.1", w -> w.setNetwork("elsewhere")));
    assertThat(ready(census)).isEmpty();
    assertThat(workload(census, "a").addresses()).isEmpty();
  }

  @Test
  void anAddressOfTheNodeIsNobodysOwn() {
    Census census =
        told(
            Wire.workload(
                "a", "shop", "10.0.0.1", w -> w.setNetworkMode(NetworkMode.HOST_NETWORK)));
    assertThat(workload(census, "a").addresses()).isEmpty();
  }

  @Test
  void withoutZtunnelThereIsNoTunnel() {
    Census census =
        told(
            shop(UnaryOperator.identity()),
            Wire.workload("a", "shop", "10.0.0.1", w -> w.setTunnelProtocol(TunnelProtocol.NONE)));
    assertThat(service(census, "shop").ports().getFirst().endpoints().endpoints())
        .singleElement()
        .satisfies(endpoint -> assertThat(endpoint.tunnel()).isNull());
    assertThat(workload(census, "a").hbone()).isNull();
  }

  @Test
  void whatIsElidedIsTheCommonCase() {
    Census census = told(Wire.workload("a", "shop", "10.0.0.1", UnaryOperator.identity()));
    assertThat(workload(census, "a").workload().identity().uri())
        .isEqualTo("spiffe://cluster.local/ns/default/sa/default");
    assertThat(workload(census, "a").workload().cluster()).isEqualTo("Kubernetes");
  }

  private List<String> addresses(Resource... resources) {
    return service(told(resources), "shop").ports().getFirst().endpoints().endpoints().stream()
        .map(endpoint -> endpoint.address().getHostString())
        .toList();
  }

  private static Resource declared(String address, UnaryOperator<Workload.Builder> more) {
    String uid = "Kubernetes/networking.istio.io/ServiceEntry/default/outside/" + address;
    Resource pod = Wire.workload("outside", "shop", address, w -> more.apply(w.setUid(uid)));
    return pod.toBuilder().setName(uid).build();
  }

  @Test
  void whoWritesAnEntryDoesNotSendUsToOurOwnDoors() {
    Resource service = shop(UnaryOperator.identity());
    for (String address : List.of("127.0.0.1", "169.254.169.254", "0.0.0.0")) {
      assertThat(addresses(service, declared(address, w -> w))).as(address).isEmpty();
    }
    assertThat(addresses(service, declared("10.0.0.1", w -> w))).containsExactly("10.0.0.1");
  }

  @Test
  void aDeclaredWorkloadIsNotAddressedAtOurOwnDoors() {
    for (String address : List.of("127.0.0.1", "169.254.169.254")) {
      assertThat(told(declared(address, w -> w)).workloads())
          .as(address)
          .allSatisfy(each -> assertThat(each.addresses()).isEmpty());
    }
  }

  @Test
  void anEntryWhoseHostBeginsLikeAServiceIsNone() {
    assertThat(service(told(Wire.service("cart", "1", s -> s)), "cart").kubernetes()).isTrue();
    for (String host : List.of("shop.default.svc.x.svc.cluster.local", "shop.default.svc.evil")) {
      Resource entry = Wire.service("shop", "1", s -> s.setHostname(host));
      entry = entry.toBuilder().setName("default/" + host).build();
      assertThat(service(told(entry), "shop").kubernetes()).as(host).isFalse();
    }
  }

  @Test
  void aHostWithoutAddressesIsKnownByItsName() {
    Resource host = declared("10.0.0.1", w -> w.clearAddresses().setHostname("API.example.com"));
    assertThat(addresses(shop(UnaryOperator.identity()), host)).containsExactly("api.example.com");
  }

  @Test
  void whereTheCallerKnowsTheAddressNobodyStandsBehindIt() {
    LoadBalancing passing =
        LoadBalancing.newBuilder().setMode(LoadBalancing.Mode.PASSTHROUGH).build();
    Endpoint endpoint =
        service(told(shop(s -> s.setLoadBalancing(passing))), "shop")
            .ports()
            .getFirst()
            .endpoints()
            .endpoints()
            .getFirst();
    assertThat(endpoint.address()).isSameAs(Endpoint.AS_DIALLED);
    assertThat(endpoint.ready()).isFalse();
  }
}
