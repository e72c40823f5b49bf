// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Destination;
import io.waypoint.world.Lookup;
import io.waypoint.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceEntryTest {
  private static final String HEAD =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside}
      spec:
        hosts: [api.example.com]
        ports: [{number: 80, name: http, protocol: HTTP}, {number: 443, name: tls, protocol: HTTPS}]
      """;
  private static final String STATIC = HEAD + "  resolution: STATIC\n";
  private static final String DNS = HEAD + "  resolution: DNS\n";
  private static final String VM =
      """
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: vm-1}
      spec: {address: 10.9.0.1, labels: {app: vm}, serviceAccount: vm, ports: {http: 8080}}
      """;

  /** Says what it was told to, and remembers nothing. */
  private record Fixed(Map<String, HostTable.Answer> answers) implements HostTable {
    static Fixed of(String host, String... addresses) {
      List<InetAddress> all = List.of(addresses).stream().map(InetAddress::ofLiteral).toList();
      return new Fixed(Map.of(host, new Answer.Known(all)));
    }

    @Override
    public Look look() {
      Map<String, Answer> known = answers;
      return new Look() {
        @Override
        public long version() {
          return 1;
        }

        @Override
        public Answer find(String host) {
          return known.getOrDefault(host, new Answer.Unknown());
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
  }

  private static Translation of(String... documents) {
    return translated(HostTable.SILENT, true, documents);
  }

  private static Translation inCluster(HostTable hosts, String... documents) {
    return translated(hosts, false, documents);
  }

  private static Translation translated(HostTable hosts, boolean files, String... documents) {
    var problems = new Problems();
    List<String> all = new ArrayList<>(List.of(documents));
    all.addFirst(Yaml.MESH);
    List<Doc> docs = new ArrayList<>();
    for (String document : all) {
      String name = "d" + docs.size();
      docs.addAll(
          Doc.read(
              files ? Source.file(name, document) : Source.object("any", "", name, document),
              problems));
    }
    return new Translator(Scope.ONLY_GATEWAY, LocalTable.ANNOTATED, hosts)
        .translate(docs, problems, 1);
  }

  private static List<String> endpoints(Destination destination) {
    return destination.endpoints().endpoints().stream()
        .map(e -> e.address().getHostString() + " " + e.address().getPort())
        .toList();
  }

  private static List<String> endpoints(Translation translation) {
    assertThat(Yaml.errors(translation)).isEmpty();
    return endpoints(found(translation.world(), "api.example.com", 80));
  }

  @Test
  void addressesThatAreWrittenAreItsEndpoints() {
    Translation made =
        of(
            STATIC
                + "  endpoints: [{address: 10.0.0.1, ports: {http: 8080}}, {address: 'fd00::1'}]");
    assertThat(endpoints(made)).containsExactly("10.0.0.1 8080", "fd00:0:0:0:0:0:0:1 80");
    World world = made.world();
    assertThat(found(world, "api.example.com", 80).protocol()).isEqualTo(AppProtocol.HTTP);
    assertThat(found(world, "api.example.com", 443).protocol()).isEqualTo(AppProtocol.TLS);
    assertThat(world.services().getFirst().addresses().getFirst()).startsWith("240.240.");
  }

  @Test
  void itIsFoundByItsHostAndAddressesAlone() {
    World world =
        of(STATIC + "  addresses: [10.7.7.7]\n  endpoints: [{address: 10.0.0.1}]").world();
    assertThat(found(world, "10.7.7.7", 80).hostname()).isEqualTo("api.example.com");
    for (String other : List.of("outside", "outside.default", "outside.default.svc", "api")) {
      assertThat(world.find(other, 80)).as(other).isEqualTo(Lookup.UNKNOWN);
    }
  }

  @Test
  void withoutABindingItIsNobodysToServe() {
    String bare = STATIC.replace("name: outside", "name: outside, namespace: elsewhere");
    World world = of(bare + "  endpoints: [{address: 10.0.0.1}]").world();
    assertThat(world.find("api.example.com", 80)).isEqualTo(Lookup.NOT_OURS);
  }

  @Test
  void podsAndWorkloadEntriesAreSelectedAlike() {
    String entry = STATIC + "  workloadSelector: {labels: {app: vm}}";
    assertThat(endpoints(of(entry, VM, Yaml.pod("vm", "10.1.0.1"))))
        .containsExactlyInAnyOrder("10.9.0.1 8080", "10.1.0.1 80");
  }

  @Test
  void aServiceSelectsAWorkloadEntryToo() {
    World world = of(Yaml.service("vm"), VM).world();
    assertThat(endpoints(found(world, "vm", 80))).containsExactly("10.9.0.1 8080");
  }

  @Test
  void aWorkloadEntryWithAZtunnelIsDialledThroughIt() {
    String tunnelled = VM.replace("labels: {", "labels: {networking.istio.io/tunnel: http, ");
    World world = of(Yaml.service("vm"), tunnelled).world();
    Endpoint endpoint = found(world, "vm", 80).endpoints().endpoints().getFirst();
    assertThat(endpoint.tunnel()).isNotNull();
    assertThat(endpoint.tunnel().identity()).isEqualTo("spiffe://cluster.local/ns/default/sa/vm");
    assertThat(endpoint.tunnel().hbone().getPort()).isEqualTo(15008);
    assertThat(world.workload("default/vm-1")).isNotNull();
  }

  @Test
  void aNameIsEveryAddressThatTheDnsHas() {
    assertThat(endpoints(inCluster(Fixed.of("api.example.com", "93.184.0.1", "2001:db8::1"), DNS)))
        .containsExactly("93.184.0.1 80", "2001:db8:0:0:0:0:0:1 80");
    String other = DNS + "  endpoints: [{address: Real.Example.com, ports: {http: 81}}]";
    assertThat(endpoints(inCluster(Fixed.of("real.example.com", "93.184.0.1"), other)))
        .containsExactly("93.184.0.1 81");
  }

  @Test
  void aWorkloadEntryMayBeKnownByName() {
    String named = VM.replace("10.9.0.1", "vm.example.com");
    String entry = DNS + "  workloadSelector: {labels: {app: vm}}";
    assertThat(endpoints(inCluster(Fixed.of("vm.example.com", "93.184.0.7"), entry, named)))
        .containsExactly("93.184.0.7 8080");
  }

  @Test
  void aNameThatTheDnsDoesNotKnowIsSaid() {
    var failing =
        new Fixed(Map.of("api.example.com", new HostTable.Answer.Failed("it has no address")));
    Translation made = inCluster(failing, DNS);
    assertThat(endpoints(made)).isEmpty();
    assertThat(Yaml.words(made))
        .contains("warning WP2017 api.example.com is not known to the DNS: it has no address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "fe80::1",
        "fd00:ec2::254",
        "0.0.0.0",
        "224.0.0.1"
      })
  void inAClusterNobodySendsUsToOurselvesOrToAMetadataService(String address) {
    String written = STATIC + "  endpoints: [{address: '" + address + "'}]";
    assertThat(endpoints(inCluster(HostTable.SILENT, written))).isEmpty();
    assertThat(endpoints(inCluster(Fixed.of("api.example.com", address), DNS))).isEmpty();
    String selecting = STATIC + "  workloadSelector: {labels: {app: vm}}";
    String vm = VM.replace("10.9.0.1", "'" + address + "'");
    assertThat(endpoints(inCluster(HostTable.SILENT, selecting, vm))).isEmpty();
    String dialled = HEAD + "  resolution: NONE\n  addresses: ['" + address + "', 10.3.3.3]";
    assertThat(inCluster(HostTable.SILENT, dialled).world().find(address, 80))
        .isEqualTo(Lookup.UNKNOWN);
  }

  @Test
  void oneBadAddressOfANameDoesNotSpoilTheOthers() {
    Translation made = inCluster(Fixed.of("api.example.com", "169.254.169.254", "93.184.0.1"), DNS);
    assertThat(endpoints(made)).containsExactly("93.184.0.1 80");
    assertThat(Yaml.words(made))
        .anyMatch(word -> word.contains("169.254.169.254, a link-local address"));
  }

  @Test
  void onALaptopTheLoopbackIsWhereEverythingIs() {
    assertThat(endpoints(of(STATIC + "  endpoints: [{address: 127.0.0.1}]")))
        .containsExactly("127.0.0.1 80");
    assertThat(endpoints(of(STATIC + "  endpoints: [{address: 169.254.169.254}]"))).isEmpty();
  }

  @Test
  void withResolutionNoneTheAddressIsTheOneThatWasDialled() {
    World world =
        of(HEAD + "  resolution: NONE\n  addresses: [10.3.3.3, 10.3.3.4, 10.8.0.0/16, 'fd00::/8']")
            .world();
    for (String address : List.of("10.3.3.3", "10.3.3.4", "10.8.255.1")) {
      assertThat(endpoints(found(world, address, 80))).containsExactly(address + " 80");
    }
    assertThat(endpoints(found(world, "[fd00::7]", 80))).containsExactly("fd00:0:0:0:0:0:0:7 80");
    assertThat(world.find("10.9.0.1", 80)).isEqualTo(Lookup.UNKNOWN);
    assertThat(world.find("10.8.0.1", 81)).isEqualTo(Lookup.UNKNOWN);
    Endpoint byName = found(world, "api.example.com", 80).endpoints().endpoints().getFirst();
    assertThat(byName.ready()).isFalse();
  }

  @Test
  void ofTwoRangesTheNarrowerCounts() {
    String wide = HEAD + "  resolution: NONE\n  addresses: [10.0.0.0/8]";
    String narrow =
        wide.replace("outside", "near").replace("api.ex", "near.ex").replace("0.0/8", "1.0/24");
    World world = of(wide, narrow.replace("10.0.1.0", "10.0.1.0")).world();
    assertThat(found(world, "10.0.1.7", 80).hostname()).isEqualTo("near.example.com");
    assertThat(found(world, "10.0.2.7", 80).hostname()).isEqualTo("api.example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "169.254.169.254", "0.0.0.1", "240.240.9.9", "::1", "fe80::1"})
  void aRangeOfEverythingIsNotARangeOfOurOwnDoors(String address) {
    World world = of(HEAD + "  resolution: NONE\n  addresses: [0.0.0.0/0, '::/0']").world();
    assertThat(world.find(address, 80)).isEqualTo(Lookup.UNKNOWN);
    assertThat(world.find("8.8.8.8", 80)).isInstanceOf(Lookup.Found.class);
  }

  @Test
  void noEntryTakesThePlaceOfAService() {
    String service = Yaml.service("shop").replace("spec: {", "spec: {clusterIP: 10.96.0.1, ");
    for (String host : List.of("shop.default.svc.cluster.local", "shop")) {
      Translation made =
          of(
              service,
              STATIC.replace("api.example.com", host)
                  + "  addresses: [10.96.0.1]\n  endpoints: [{address: 10.6.6.6}]");
      assertThat(found(made.world(), "10.96.0.1", 80).hostname())
          .isEqualTo("shop.default.svc.cluster.local");
      assertThat(endpoints(found(made.world(), "shop", 80))).isEmpty();
      assertThat(Yaml.words(made)).anyMatch(word -> word.contains("WP2016"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.default.svc.evil.example",
        "shop.default.svc.x.svc.cluster.local",
        "default.svc.cluster.local",
        "a.shop.default.svc.cluster.local"
      })
  void noEntryTakesTheShortNameOfAService(String host) {
    Translation made =
        of(
            Yaml.service("shop"),
            STATIC.replace("api.example.com", host).replace("outside", "shop")
                + "  endpoints: [{address: 10.6.6.6}]");
    for (String name : List.of("shop", "shop.default", "shop.default.svc")) {
      assertThat(endpoints(found(made.world(), name, 80))).isEmpty();
    }
    assertThat(made.world().find(host, 80)).isEqualTo(Lookup.UNKNOWN);
  }

  @Test
  void noEntryTakesTheAddressOfAPod() {
    Translation made =
        of(
            Yaml.pod("shop", "10.1.0.1"),
            STATIC + "  addresses: [10.1.0.1]\n  endpoints: [{address: 10.6.6.6}]");
    assertThat(made.world().find("10.1.0.1", 80)).isEqualTo(Lookup.NOT_OURS);
  }

  @ParameterizedTest
  @CsvSource({
    "[], true",
    "['*'], true",
    "['.'], false",
    "[other], false",
    "[default], true",
    "[~], false"
  })
  void itIsExportedToThoseWhoMayNameIt(String exportTo, boolean seen) {
    String route =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: r}
        spec:
          parentRefs: [{group: "", kind: Service, name: shop}]
          rules:
            - backendRefs:
                - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}
        """;
    String entry =
        STATIC.replace("name: outside", "name: outside, namespace: elsewhere")
            + "  endpoints: [{address: 10.6.6.6}]\n  exportTo: "
            + exportTo.replace("~", "'~'");
    Translation made = of(Yaml.service("shop"), route, entry);
    assertThat(Yaml.errors(made)).isEmpty();
    assertThat(Yaml.words(made).stream().anyMatch(word -> word.contains("does not exist")))
        .isEqualTo(!seen);
  }

  @Test
  void aRouteCannotSendWhereOnlyTheCallerKnowsTheWay() {
    String route =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: r}
        spec:
          parentRefs: [{group: networking.istio.io, kind: ServiceEntry, name: outside}]
          rules:
            - backendRefs:
                - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}
        """;
    Translation made = of(HEAD + "  resolution: NONE\n  addresses: [10.3.3.3]", route);
    assertThat(Yaml.words(made)).anyMatch(word -> word.contains("resolution of default/api"));
    assertThat(found(made.world(), "10.3.3.3", 80).routes().producer()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resolution: STATIC | WP1005",
        "resolution: NONE\\n  endpoints: [{address: 10.0.0.1}] | WP1012",
        "resolution: NONE\\n  workloadSelector: {labels: {a: b}} | WP1012",
        "resolution: STATIC\\n  endpoints: [{address: a.example}] | WP1006",
        "resolution: STATIC\\n"
            + "  endpoints: [{address: 10.0.0.1}]\\n"
            + "  workloadSelector: {labels: {a: b}} | WP1012",
        "resolution: DNS_ROUND_ROBIN\\n"
            + "  endpoints: [{address: a.example}, {address: b.example}] | WP1012",
        "resolution: DNS\\n  addresses: [10.0.0.0/8] | WP1012",
        "addresses: [10.0.0.0/33] | WP1006",
        "addresses: [nonsense] | WP1006",
        "resolution: SOMETIMES | WP1006",
        "location: HERE | WP1006",
        "resolution: STATIC\\n  endpoints: [{ports: {http: 1}}] | WP1005",
        "resolution: STATIC\\n  endpoints: [{address: 10.0.0.1, port: 1}] | WP1004",
        "resolution: STATIC\\n  workloadSelector: {} | WP1005",
      })
  void whatContradictsItselfIsRefused(String fields, String code) {
    Translation made = of(HEAD + "  " + fields.replace("\\n", "\n"));
    assertThat(made.problems().stream().filter(p -> p.isError()).map(p -> p.code().id()))
        .contains(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'*'", "'*.com:80'", "10.0.0.1", "'a..b'", "''", "'a.*.b'"})
  void aHostIsAHost(String host) {
    assertThat(Yaml.errors(of(HEAD.replace("api.example.com", host)))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DNS", "DYNAMIC_DNS"})
  void whoIsLookedUpIsNotForTheCallerToChoose(String resolution) {
    Translation made =
        of(HEAD.replace("api.example.com", "'*.example.com'") + "  resolution: " + resolution);
    assertThat(Yaml.errors(made)).isEmpty();
    assertThat(made.world().services()).isEmpty();
    assertThat(Yaml.words(made)).anyMatch(word -> word.startsWith("warning WP2016"));
  }

  @Test
  void aHostThatStandsInTwoEntriesIsThatOfTheFirst() {
    Translation made =
        of(
            STATIC + "  endpoints: [{address: 10.0.0.1}]",
            STATIC.replace("outside", "z") + "  endpoints: [{address: 10.0.0.2}]");
    assertThat(endpoints(made)).containsExactly("10.0.0.1 80");
    assertThat(Yaml.words(made)).anyMatch(word -> word.contains("is in ServiceEntry outside"));
  }

  @Test
  void itsOwnNamesCountForTheCertificate() {
    String route =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: r}
        spec:
          parentRefs: [{group: "", kind: Service, name: shop}]
          rules:
            - backendRefs:
                - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 443}
        """;
    World world =
        of(
                Yaml.service("shop"),
                route,
                STATIC
                    + "  endpoints: [{address: 10.0.0.1}]\n"
                    + "  subjectAltNames: [cert.example.com, 'spiffe://a/b']")
            .world();
    Endpoint.Tls tls =
        Objects.requireNonNull(
            found(world, "api.example.com", 443).endpoints().endpoints().getFirst().tls());
    assertThat(tls.serverName()).isEqualTo("api.example.com");
    assertThat(tls.dnsNames()).containsExactly("cert.example.com");
    assertThat(tls.uris()).containsExactly("spiffe://a/b");
  }
}
