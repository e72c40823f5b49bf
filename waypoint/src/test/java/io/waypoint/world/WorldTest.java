// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.waypoint.rbac.Cidr;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorldTest {
  private static final GatewayName OURS = new GatewayName("shop", "waypoint");

  private final World world =
      world(
          List.of(
              service("cart", "shop", "10.96.0.1", Binding.OURS),
              service("cart", "other", "10.96.0.2", Binding.UNBOUND),
              service("till", "other", "fd00::1", new Binding.Another(OURS))),
          List.of(
              workload("a", "cart", "v1", "10.1.0.1"),
              workload("b", "cart", "v2", "10.1.0.2"),
              workload("c", "till", "v1", "10.1.0.3")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.96.0.1",
        "::ffff:10.96.0.1",
        "cart",
        "cart.shop",
        "cart.shop.svc",
        "cart.shop.svc.cluster.local",
        "CART.shop.SVC.cluster.local",
        "cart.shop.svc.cluster.local.",
      })
  void aServiceIsFoundByEveryFormOfItsName(String host) {
    assertThat(world.find(host, 80))
        .isInstanceOfSatisfying(
            Lookup.Found.class,
            found -> {
              assertThat(found.destination().namespace()).isEqualTo("shop");
              assertThat(found.destination().port()).isEqualTo(80);
            });
    assertThat(world.find(host, 81)).isEqualTo(Lookup.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "cart.other,NotOurs",
    "10.96.0.2,NotOurs",
    "fd00::1,NotOurs",
    "[fd00:0::1],NotOurs",
    "till,Unknown",
    "cart.other.svc.example,Unknown",
    "cart.shop.svc.cluster.local.evil,Unknown",
    "10.96.0.3,Unknown",
    "010.96.0.1,Unknown",
    "10.96.1,Unknown",
    "174063617,Unknown",
    "0x0a600001,Unknown",
    "fd00::1%eth0,Unknown",
    "'',Unknown",
    "'[',Unknown",
    "localhost,Unknown",
    "127.0.0.1,Unknown",
    "nowhere,Unknown"
  })
  void whatIsNotOursOrNotKnownIsNotFound(String host, String answer) {
    assertThat(world.find(host, 80).getClass().getSimpleName()).isEqualTo(answer);
  }

  @Test
  void aClientMeansTheServiceOfItsOwnNamespaceFirst() {
    assertThat(namespace(world.service("cart", "other"))).isEqualTo("other");
    assertThat(namespace(world.service("cart", "shop"))).isEqualTo("shop");
    assertThat(namespace(world.service("cart.shop", "other"))).isEqualTo("shop");
    assertThat(namespace(world.service("10.96.0.2", "shop"))).isEqualTo("other");
    assertThat(namespace(world.service("[FD00::1]", "shop"))).isEqualTo("other");
    assertThat(namespace(world.service("cart", "third"))).isNull();
  }

  @Test
  void theProvenIdentityNamesTheCallerAndTheAddressOnlyTellsTwoApart() throws Exception {
    SpiffeId cart = SpiffeId.of("cluster.local", "shop", "cart");
    SpiffeId till = SpiffeId.of("cluster.local", "shop", "till");
    assertThat(world.source(cart, address("10.1.0.2")).name()).isEqualTo("b");
    assertThat(world.source(till, address("10.1.0.1")).name()).isEqualTo("c");
    Workload either = world.source(cart, address("10.1.0.3"));
    assertThat(either.name()).isEqualTo("unknown");
    assertThat(either.canonicalName()).isEqualTo("cart");
    assertThat(either.version()).isEqualTo("unknown");
    assertThat(world.source(cart, null)).isEqualTo(either);
  }

  @Test
  void aCallerOfWhomNothingIsKnownIsNamedAfterItsIdentity() throws Exception {
    SpiffeId stranger = SpiffeId.of("cluster.local", "away", "who");
    Workload source = world.source(stranger, address("10.1.0.1"));
    assertThat(source.identity()).isEqualTo(stranger);
    assertThat(source.namespace()).isEqualTo("away");
    assertThat(source.canonicalName()).isEqualTo("unknown");
  }

  @Test
  void workloadsAreFoundByTheKeyThatEndpointsHold() {
    assertThat(world.workload("shop/a")).isNotNull();
    assertThat(world.workload("shop/z")).isNull();
  }

  @Test
  void whatIsAskedOfEveryTunnelAllocatesNothing() {
    assertThat(allocated(world, "10.96.0.1", "cart.shop.svc.cluster.local", "cart.other"))
        .isLessThan(1000);
  }

  /** One whose endpoint is whatever was dialled, within 10.8.0.0/16. */
  private static World ranged() {
    var asDialled = new Endpoint(Endpoint.AS_DIALLED, null, "shop/outside", false);
    var destination = destination("outside", "shop", 80, asDialled);
    return world(
        List.of(
            new MeshService(
                "outside",
                "shop",
                "outside.example.com",
                List.of("240.240.0.1"),
                List.of(Cidr.parse("10.8.0.0/16")),
                Binding.OURS,
                List.of(destination))),
        List.of());
  }

  private static List<Endpoint> endpoints(Lookup lookup) {
    return lookup instanceof Lookup.Found(Destination found)
        ? found.endpoints().endpoints()
        : List.of();
  }

  @Test
  void anAddressInARangeIsAskedForWithoutAllocationOnceItIsKnown() {
    World ranged = ranged();
    assertThat(endpoints(ranged.find("10.8.0.7", 80)))
        .singleElement()
        .satisfies(endpoint -> {
          assertThat(endpoint.address()).isEqualTo(new InetSocketAddress("10.8.0.7", 80));
          assertThat(endpoint.ready()).isTrue();
        });
    assertThat(ranged.find("10.8.0.7", 80)).isSameAs(ranged.find("10.8.0.7", 80));
    assertThat(ranged.find("10.8.0.7", 81)).isEqualTo(Lookup.UNKNOWN);
    assertThat(allocated(ranged, "10.8.0.7", "10.8.0.8")).isLessThan(1000);
  }

  @Test
  void whoeverDialsAWholeRangeIsAnsweredToTheLast() {
    World ranged = ranged();
    for (int i = 0; i < 4_000; i++) {
      String address = "10.8." + i / 250 + "." + (1 + i % 250);
      assertThat(endpoints(ranged.find(address, 80)))
          .singleElement()
          .extracting(Endpoint::address)
          .isEqualTo(new InetSocketAddress(address, 80));
    }
  }

  /** The least of some rounds. */
  private static long allocated(World world, String... hosts) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        for (String host : hosts) {
          world.find(host, 80);
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static Endpoint pod(String address) {
    return new Endpoint(new InetSocketAddress(address, 8080), null, "shop/pod", true);
  }

  private static World serving(String name, String namespace, Endpoint... endpoints) {
    MeshService service = service(name, namespace, "10.96.0.1", Binding.OURS);
    return world(
        List.of(
            new MeshService(
                name,
                namespace,
                service.hostname(),
                service.addresses(),
                Binding.OURS,
                List.of(destination(name, namespace, 80, endpoints)))),
        List.of());
  }

  private static EndpointSet cart(Endpoint... endpoints) {
    return new EndpointSet("cart", "shop", 80, false, List.of(endpoints));
  }

  @Test
  void aBackendIsFoundAgainInALaterWorld() {
    World before = serving("cart", "shop", pod("10.1.0.1"));
    World after = serving("cart", "shop", pod("10.1.0.2"));
    assertThat(after.later(cart(pod("10.1.0.1")), before).endpoints())
        .containsExactly(pod("10.1.0.2"));
  }

  /** A pod that was addressed by itself has the names of a service, and is not that service. */
  @Test
  void whatIsNoServicesBackendStaysWhatItIs() {
    World before = serving("cart", "shop", pod("10.1.0.1"));
    World after = serving("cart", "shop", pod("10.1.0.2"));
    EndpointSet addressed = cart(pod("10.1.0.9"));
    assertThat(after.later(addressed, before)).isSameAs(addressed);
    EndpointSet known = cart(pod("10.1.0.1"));
    assertThat(serving("cart", "other", pod("10.1.0.2")).later(known, before)).isSameAs(known);
    assertThat(world(List.of(), List.of()).later(known, before)).isSameAs(known);
  }

  @Test
  void ofTwoServicesBehindOneAddressEachKeepsItsOwnPorts() {
    MeshService first = service("a", "shop", "10.96.0.9", Binding.OURS);
    MeshService second =
        new MeshService(
            "b",
            "shop",
            "b.shop.svc.cluster.local",
            List.of("10.96.0.9"),
            Binding.UNBOUND,
            List.of(destination("b", "shop", 80), destination("b", "shop", 90)));
    World shared = world(List.of(first, second), List.of());
    assertThat(shared.find("10.96.0.9", 80)).isInstanceOf(Lookup.Found.class);
    assertThat(shared.find("10.96.0.9", 90)).isEqualTo(Lookup.NOT_OURS);
  }

  private static World world(List<MeshService> services, List<MeshWorkload> workloads) {
    return new World(1, MeshSettings.DEFAULTS, OURS, services, workloads);
  }

  private static @Nullable String namespace(@Nullable MeshService service) {
    return service == null ? null : service.namespace();
  }

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  private static MeshService service(
      String name, String namespace, String address, Binding binding) {
    return new MeshService(
        name,
        namespace,
        name + "." + namespace + ".svc.cluster.local",
        List.of(address),
        binding,
        List.of(destination(name, namespace, 80)));
  }

  private static Destination destination(
      String name, String namespace, int port, Endpoint... endpoints) {
    return new Destination(
        name,
        namespace,
        name + "." + namespace + ".svc.cluster.local",
        port,
        AppProtocol.HTTP,
        false,
        PolicySet.ALLOW_ALL,
        CallerRoutes.NONE,
        new EndpointSet(name, namespace, port, false, List.of(endpoints)));
  }

  private static MeshWorkload workload(
      String name, String account, String version, String address) {
    var workload =
        new Workload(
            name,
            "shop",
            account + "-" + version,
            SpiffeId.of("cluster.local", "shop", account),
            account,
            version,
            account,
            version,
            "Kubernetes");
    return new MeshWorkload(
        workload,
        List.of(address),
        null,
        new InetSocketAddress(address, 15008),
        true,
        Binding.UNBOUND,
        Guards.NONE,
        List.of());
  }
}
