// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.routing.balance.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Endpoints that are known by name, and what the DNS says of them. */
class EntryEndpointsTest {
  private static final Manifest AUTHOR =
      new Manifest(
          "networking.istio.io",
          "WorkloadEntry",
          "default",
          "vm",
          Doc.unwritten(Source.file("vm.yaml", ""), new Problems()));

  /** Two addresses for whatever is asked. */
  private static final class Both implements HostTable.Look {
    @Override
    public long version() {
      return 1;
    }

    @Override
    public HostTable.Answer find(String host) {
      return new HostTable.Answer.Known(
          List.of(InetAddress.ofLiteral("93.184.0.1"), InetAddress.ofLiteral("93.184.0.2")));
    }

    @Override
    public void close() {}
  }

  private static Endpoint named(String host, boolean ready) {
    return new Endpoint(
        InetSocketAddress.createUnresolved(host, 80), null, "default/" + host, ready);
  }

  /** Who says that a host is not ready means each of its addresses. */
  @Test
  void whatIsNotReadyByNameIsNotReadyAtItsAddresses() {
    var endpoints = new EntryEndpoints(new Both(), new TrustDomain("cluster.local"));
    List<Endpoint> found =
        endpoints.resolved(
            List.of(named("sick.example.com", false), named("well.example.com", true)), AUTHOR);
    assertThat(found)
        .extracting(endpoint -> endpoint.workload() + " " + endpoint.ready())
        .containsExactly(
            "default/sick.example.com false",
            "default/sick.example.com false",
            "default/well.example.com true",
            "default/well.example.com true");
    assertThat(found)
        .extracting(endpoint -> endpoint.address().getAddress().getHostAddress())
        .containsExactly("93.184.0.1", "93.184.0.2", "93.184.0.1", "93.184.0.2");
  }
}
