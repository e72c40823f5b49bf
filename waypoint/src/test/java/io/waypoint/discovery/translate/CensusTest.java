// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.GatewayName;
import io.waypoint.world.Lookup;
import io.waypoint.world.Workload;
import io.waypoint.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CensusTest {
  private static final GatewayName OURS = new GatewayName("default", "waypoint");
  private static final GatewayName OTHER = new GatewayName("default", "other");
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: r}
      spec:
        parentRefs: [{group: "", kind: Service, name: shop, port: 80}]
        rules: [{backendRefs: [{name: shop, port: 80, weight: 9}, {name: cart, port: 80}]}]
      """;
  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: %s}
      spec: {targetRefs: [{group: "%s", kind: %s, name: shop}], action: DENY, rules: [{}]}
      """;

  @Test
  void routesAndPoliciesMeetServicesThatAreOnlyTold() {
    World world =
        world(
            census(shop(OURS), service("cart", "cart.default.svc.cluster.local")),
            Yaml.MESH,
            ROUTE,
            POLICY.formatted("p", "", "Service"));
    Destination shop = found(world, "10.96.0.1", 80);
    assertThat(shop.routes().producer()).isNotNull();
    assertThat(shop.policies().dump()).isNotEmpty();
    assertThat(shop.endpoints().endpoints())
        .singleElement()
        .satisfies(e -> assertThat(e.address().getPort()).isEqualTo(8080));
    assertThat(found(world, "shop.default.svc.cluster.local", 80)).isEqualTo(shop);
    assertThat(world.source(id("sleep"), null).owner()).isEqualTo("sleep");
  }

  @Test
  void whoeverIsToldToBeInFrontIsOursOrNot() {
    assertThat(world(census(shop(OTHER)), Yaml.MESH).services().getFirst().binding())
        .isEqualTo(new Binding.Another(OTHER));
    assertThat(world(census(shop()), Yaml.MESH).find("10.96.0.1", 80)).isEqualTo(Lookup.NOT_OURS);
    assertThat(world(census(shop(OTHER, OURS)), Yaml.MESH).find("10.96.0.1", 80))
        .isInstanceOf(Lookup.Found.class);
  }

  @Test
  void aLabelThatIsWrittenCountsBeforeItIsTold() {
    World world = world(census(shop(OTHER)), Yaml.MESH, Yaml.service("shop"));
    assertThat(world.find("10.96.0.1", 80)).isInstanceOf(Lookup.Found.class);
    assertThat(found(world, "shop", 80).protocol()).isEqualTo(AppProtocol.HTTP);
  }

  @Test
  void aServiceEntryOfTheSameNameSharesNothingWithTheService() {
    World world =
        world(
            census(shop(OURS), service("shop", "shop.example.com", OURS)),
            Yaml.MESH,
            ROUTE,
            POLICY.formatted("p", "networking.istio.io", "ServiceEntry"));
    Destination entry = found(world, "shop.example.com", 80);
    Destination service = found(world, "shop.default", 80);
    assertThat(entry.routes().producer()).isNull();
    assertThat(service.routes().producer()).isNotNull();
    assertThat(service.hostname()).isEqualTo("shop.default.svc.cluster.local");
    assertThat(entry.policies().dump()).isNotEmpty();
    assertThat(service.policies().dump()).isEmpty();
  }

  @Test
  void ofTwoServicesWithOneHostnameOursIsFound() {
    KnownService theirs = service("a", "shop.example.com", OTHER);
    KnownService ours = service("b", "shop.example.com", OURS);
    KnownService elsewhere =
        new KnownService(
            "z", "zone", "shop.example.com", false, List.of(), List.of(OTHER), theirs.ports());
    World world = world(census(ours, elsewhere), Yaml.MESH);
    assertThat(found(world, "shop.example.com", 80).service()).isEqualTo("b");
  }

  @Test
  void withoutAddressAServiceGetsOneOfOurOwn() {
    KnownService headless = service("db", "db.default.svc.cluster.local", OURS);
    World world = world(census(headless), Yaml.MESH);
    assertThat(world.services().getFirst().addresses())
        .singleElement()
        .asString()
        .startsWith("240.240.");
  }

  @Test
  void whatIsToldToBeDialledIsNeitherUsNorAMetadataService() {
    var set =
        new EndpointSet(
            "out", "default", 15000, false, List.of(KnownService.asDialled("default/out")));
    List<String> bad = List.of("127.0.0.1", "0:0:0:0:0:0:0:1", "169.254.169.254", "168.63.129.16");
    List<String> all = new ArrayList<>(bad);
    all.add("10.7.7.7");
    var out =
        new KnownService(
            "out",
            "default",
            "out.example.com",
            false,
            all,
            List.of(OURS),
            List.of(new KnownService.Port(15000, AppProtocol.TCP, set)));
    World world = world(census(out), Yaml.MESH);
    for (String address : bad) {
      assertThat(world.find(address, 15000)).as(address).isEqualTo(Lookup.UNKNOWN);
    }
    assertThat(found(world, "10.7.7.7", 15000).endpoints().endpoints().getFirst().address())
        .isEqualTo(new InetSocketAddress("10.7.7.7", 15000));
  }

  @Test
  void aToldHostThatBeginsLikeAServiceHasNoShortName() {
    KnownService entry =
        new KnownService(
            "shop",
            "default",
            "shop.default.svc.x.svc.cluster.local",
            false,
            List.of(),
            List.of(OURS),
            shop(OURS).ports());
    World world = world(census(shop(OURS), entry), Yaml.MESH);
    for (String name : List.of("shop", "shop.default", "shop.default.svc")) {
      assertThat(found(world, name, 80).hostname()).isEqualTo("shop.default.svc.cluster.local");
    }
  }

  @Test
  void aWorkloadBehindOurWaypointIsADestinationAtAnyPort() {
    World world = world(census(shop(OURS)), Yaml.MESH);
    assertThat(found(world, "10.1.0.9", 4711).workload()).isTrue();
    assertThat(world.find("10.1.0.8", 80)).isEqualTo(Lookup.NOT_OURS);
  }

  @Test
  void whatIsToldToBeAHostIsLookedUpIfItIsOne() {
    Set<String> asked = new HashSet<>();
    List<Endpoint> named = new ArrayList<>();
    for (String host : List.of("a.example.com", "a..b", "a b.example.com", "-a.example.com")) {
      InetSocketAddress address = InetSocketAddress.createUnresolved(host, 80);
      named.add(new Endpoint(address, null, "default/" + host, true));
    }
    var set = new EndpointSet("out", "default", 80, false, named);
    var out =
        new KnownService(
            "out",
            "default",
            "out.example.com",
            false,
            List.of(),
            List.of(OURS),
            List.of(new KnownService.Port(80, AppProtocol.HTTP, set)));
    var problems = new Problems();
    List<Doc> docs = Doc.read(Source.file("f.yaml", Yaml.MESH), problems);
    new Translator(Scope.ONLY_GATEWAY, LocalTable.ANNOTATED, noting(asked))
        .translate(docs, census(out), problems, 1);
    assertThat(asked).containsExactly("a.example.com");
  }

  private static HostTable noting(Set<String> asked) {
    return new HostTable() {
      @Override
      public Look look() {
        return new Look() {
          @Override
          public long version() {
            return 1;
          }

          @Override
          public Answer find(String host) {
            asked.add(host);
            return new Answer.Unknown();
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public long version() {
        return 1;
      }

      @Override
      public void onChange(Runnable listener) {}
    };
  }

  private static World world(Census census, String... documents) {
    var problems = new Problems();
    List<Doc> docs = new ArrayList<>();
    for (String document : documents) {
      docs.addAll(Doc.read(Source.file("f.yaml", document), problems));
    }
    var translator = new Translator(Scope.ONLY_GATEWAY, LocalTable.ANNOTATED);
    Translation translation = translator.translate(docs, census, problems, 1);
    assertThat(translation.isRefused()).as("%s", translation.problems()).isFalse();
    return translation.world();
  }

  private static Census census(KnownService... services) {
    return new Census(
        List.of(services),
        List.of(workload("shop", "10.1.0.9", OURS), workload("sleep", "10.1.0.8", OTHER)));
  }

  private static KnownService shop(GatewayName... waypoints) {
    var endpoint =
        new Endpoint(new InetSocketAddress("10.1.0.9", 8080), null, "default/shop", true);
    var set = new EndpointSet("shop", "default", 80, false, List.of(endpoint));
    return new KnownService(
        "shop",
        "default",
        "shop.default.svc.cluster.local",
        true,
        List.of("10.96.0.1"),
        List.of(waypoints),
        List.of(new KnownService.Port(80, AppProtocol.UNKNOWN, set)));
  }

  private static KnownService service(String name, String hostname, GatewayName... waypoints) {
    var set = new EndpointSet(name, "default", 80, false, List.of());
    return new KnownService(
        name,
        "default",
        hostname,
        hostname.endsWith(".svc.cluster.local"),
        List.of(),
        List.of(waypoints),
        List.of(new KnownService.Port(80, AppProtocol.HTTP, set)));
  }

  private static KnownWorkload workload(String name, String address, GatewayName waypoint) {
    var workload =
        new Workload(name + "-1", "default", name, id(name), name, "v1", name, "v1", "Kubernetes");
    return new KnownWorkload(workload, List.of(address), null, true, waypoint);
  }

  private static SpiffeId id(String account) {
    return SpiffeId.parse("spiffe://cluster.local/ns/default/sa/" + account);
  }
}
