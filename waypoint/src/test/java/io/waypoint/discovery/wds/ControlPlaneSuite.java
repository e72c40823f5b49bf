// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.translate.Census;
import io.waypoint.discovery.translate.KnownService;
import io.waypoint.discovery.translate.KnownWorkload;
import io.waypoint.identity.Material;
import io.waypoint.identity.PeerVerdict;
import io.waypoint.identity.PeerVerifier;
import io.waypoint.identity.Side;
import io.waypoint.identity.istiod.IstiodCertificates;
import io.waypoint.identity.istiod.Until;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.GatewayName;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What our clients expect of a control plane, whichever it is: ours or istiod. */
abstract class ControlPlaneSuite {
  static final GatewayName GATEWAY = new GatewayName("default", "waypoint");
  static final SpiffeId WAYPOINT = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/waypoint");
  private static final WdsSettings.Pod POD =
      new WdsSettings.Pod("waypoint-1", "default", "waypoint", "10.244.0.2", "", "cluster.local");

  private final List<AutoCloseable> closing = new ArrayList<>();

  /** The control plane under test; the same for all tests of a class. */
  abstract ControlledMesh mesh();

  @BeforeEach
  void shop() {
    mesh().service("cart", "10.96.7.1");
    mesh().service("shop", "10.96.7.2");
    mesh().pod("cart", "10.244.0.11", true);
    mesh().pod("shop", "10.244.0.12", true);
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : closing) {
      each.close();
    }
    mesh().credential(true);
    mesh().clear();
  }

  private WdsDiscovery client(boolean everything) {
    IstiodCertificates certificates = certificates();
    WdsDiscovery client =
        WdsDiscovery.start(
            certificates.istiod(),
            new WdsSettings(GATEWAY, "waypoint", POD, "", everything),
            mesh().surroundings());
    closing.add(client);
    return client;
  }

  private IstiodCertificates certificates() {
    IstiodCertificates certificates =
        IstiodCertificates.start(
            mesh().istiod(),
            WAYPOINT,
            () -> Set.of(new TrustDomain("cluster.local")),
            mesh().certificateSurroundings());
    closing.add(certificates);
    return certificates;
  }

  private static Census await(WdsDiscovery client, Predicate<Census> wanted) {
    Until.holds(
        () -> {
          Census now = client.census();
          return now != null && wanted.test(now);
        },
        () -> client.notes() + " " + client.problems() + " " + client.census());
    return Objects.requireNonNull(client.census());
  }

  private static @Nullable KnownService service(Census census, String name) {
    return census.services().stream()
        .filter(service -> service.name().equals(name) && service.namespace().equals("default"))
        .findFirst()
        .orElse(null);
  }

  private static List<Endpoint> endpoints(Census census, String name) {
    KnownService found = service(census, name);
    return found == null ? List.of() : found.ports().getFirst().endpoints().endpoints();
  }

  private static Predicate<Census> readyEndpoints(String name, int count) {
    return census -> endpoints(census, name).stream().filter(Endpoint::ready).count() == count;
  }

  @Test
  void everythingIsTold() {
    Census census = await(client(true), readyEndpoints("cart", 1).and(readyEndpoints("shop", 1)));

    KnownService cart = Objects.requireNonNull(service(census, "cart"));
    assertThat(cart.hostname()).isEqualTo("cart.default.svc.cluster.local");
    assertThat(cart.kubernetes()).isTrue();
    assertThat(cart.addresses()).containsExactly("10.96.7.1");
    assertThat(cart.waypoints()).containsExactly(GATEWAY);
    assertThat(cart.ports().getFirst().number()).isEqualTo(80);
    assertThat(cart.ports().getFirst().protocol()).isEqualTo(AppProtocol.HTTP);
    Endpoint endpoint = endpoints(census, "cart").getFirst();
    assertThat(endpoint.address().getHostString()).isEqualTo("10.244.0.11");
    assertThat(endpoint.address().getPort()).isEqualTo(8080);
    Endpoint.Tunnel tunnel = Objects.requireNonNull(endpoint.tunnel());
    assertThat(tunnel.hbone().getPort()).isEqualTo(15008);
    assertThat(tunnel.identity()).isEqualTo("spiffe://cluster.local/ns/default/sa/default");
    KnownWorkload workload =
        census.workloads().stream()
            .filter(known -> known.addresses().contains("10.244.0.12"))
            .findFirst()
            .orElseThrow();
    assertThat(workload.workload().canonicalName()).isEqualTo("shop");
    assertThat(workload.workload().key()).isEqualTo("default/shop-1");
    assertThat(workload.ready()).isTrue();
  }

  @Test
  void whatChangesIsTold() {
    WdsDiscovery client = client(true);
    await(client, readyEndpoints("cart", 1));

    mesh().pod("cart", "10.244.0.11", false);
    Census unready = await(client, readyEndpoints("cart", 0));
    assertThat(endpoints(unready, "cart")).hasSize(1);

    mesh().pod("cart", "10.244.0.11", true);
    mesh().service("till", "10.96.7.3");
    await(client, readyEndpoints("cart", 1).and(census -> service(census, "till") != null));

    mesh().delete("Service", "till");
    await(client, census -> service(census, "till") == null);
  }

  @Test
  void aChangeLeavesWhatItDoesNotConcernAsItIs() {
    WdsDiscovery client = client(true);
    Census before = await(client, readyEndpoints("cart", 1).and(readyEndpoints("shop", 1)));

    mesh().pod("cart", "10.244.0.11", false);
    Census after = await(client, readyEndpoints("cart", 0));

    assertThat(service(after, "shop")).isSameAs(service(before, "shop"));
    assertThat(service(after, "cart")).isNotSameAs(service(before, "cart"));
  }

  @Test
  void aStreamThatBeginsAgainIsToldOnlyWhatHappenedMeanwhile() {
    WdsDiscovery client = client(true);
    Census before = await(client, readyEndpoints("cart", 1).and(readyEndpoints("shop", 1)));

    mesh().stop();
    Until.holds(() -> client.lostSince() != null, client::notes);
    assertThat(client.census()).isSameAs(before);
    assertThat(client.notes().getFirst()).contains("no changes of services and workloads for");
    mesh().delete("Service", "cart");
    mesh().service("till", "10.96.7.3");
    mesh().start();

    Census after =
        await(client, census -> service(census, "till") != null && service(census, "cart") == null);
    assertThat(client.lostSince()).isNull();
    assertThat(client.notes()).isEmpty();
    assertThat(service(after, "shop")).isSameAs(service(before, "shop"));
  }

  @Test
  void onlyWhatIsAskedForIsTold() {
    WdsDiscovery client = client(false);
    Census nothing = await(client, census -> true);
    assertThat(nothing.services()).isEmpty();

    client.want(List.of("default/cart.default.svc.cluster.local", "default/nobody.svc"));
    Census cart = await(client, readyEndpoints("cart", 1));
    assertThat(service(cart, "shop")).isNull();

    client.want(List.of("/10.96.7.2"));
    await(client, readyEndpoints("cart", 1).and(readyEndpoints("shop", 1)));

    mesh().pod("cart", "10.244.0.11", false);
    await(client, readyEndpoints("cart", 0).and(readyEndpoints("shop", 1)));
  }

  @Test
  void whatWasAskedForIsAskedForAgainOnTheNextStream() {
    WdsDiscovery client = client(false);
    client.want(List.of("default/cart.default.svc.cluster.local"));
    Census before = await(client, readyEndpoints("cart", 1));

    mesh().stop();
    Until.holds(() -> client.lostSince() != null, client::notes);
    mesh().start();
    Until.holds(() -> client.lostSince() == null, client::notes);
    mesh().pod("cart", "10.244.0.11", false);

    Census after = await(client, readyEndpoints("cart", 0));
    assertThat(service(after, "shop")).isNull();
    assertThat(service(before, "cart")).isNotNull();
  }

  @Test
  void aCredentialThatIsRefusedIsTriedAgainWhenItIsAnother() {
    mesh().credential(false);
    WdsDiscovery client = client(true);
    Until.holds(() -> client.notes().toString().contains("UNAUTHENTICATED"), client::notes);
    assertThat(client.census()).isNull();

    mesh().credential(true);
    await(client, readyEndpoints("cart", 1));
  }

  @Test
  void ourCertificateIsSignedForWhomWeAre() {
    IstiodCertificates certificates = certificates();
    Material material = await(certificates, now -> true);
    assertThat(material.id()).isEqualTo(WAYPOINT);
    X509Certificate[] chain = material.chain().toArray(X509Certificate[]::new);
    for (Side side : Side.values()) {
      assertThat(PeerVerifier.verify(chain, side, material.trust(), Instant.now()))
          .isEqualTo(new PeerVerdict.Verified(WAYPOINT));
    }
  }

  @Test
  void aCertificateIsEnoughToGetTheNextOneAndTheNews() {
    IstiodCertificates certificates = certificates();
    Material first = await(certificates, now -> true);
    WdsDiscovery client =
        WdsDiscovery.start(
            certificates.istiod(),
            new WdsSettings(GATEWAY, "waypoint", POD, "", true),
            mesh().surroundings());
    closing.add(client);
    await(client, readyEndpoints("cart", 1));
    mesh().credential(false);

    mesh().stop();
    Until.holds(() -> client.lostSince() != null, client::notes);
    mesh().start();
    certificates.renew();

    await(certificates, now -> !now.leaf().equals(first.leaf()));
    Until.holds(() -> client.lostSince() == null, client::notes);
  }

  private static Material await(IstiodCertificates certificates, Predicate<Material> wanted) {
    Until.holds(
        () -> {
          Material now = certificates.current();
          return now != null && wanted.test(now);
        },
        certificates::problem);
    return Objects.requireNonNull(certificates.current());
  }
}
