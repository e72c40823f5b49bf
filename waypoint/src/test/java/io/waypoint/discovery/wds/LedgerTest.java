// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.waypoint.wire.discovery.DeltaDiscoveryResponse;
import io.waypoint.wire.discovery.Resource;
import io.waypoint.wire.workload.Address;
import io.waypoint.wire.workload.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final String SHOP = "default/shop.default.svc.cluster.local";

  private final List<String> changes = new ArrayList<>();
  private final Ledger ledger =
      new Ledger((before, after) ->
          changes.add((before == null ? "-" : "was") + " " + (after == null ? "-" : "is")));

  private Map<String, String> take(Resource... resources) {
    return ledger.take(Wire.answer(resources));
  }

  @Test
  void aResourceThatCannotBeReadLeavesTheOneBeforeItInForce() {
    take(Wire.service("shop", "1", UnaryOperator.identity()));

    Map<String, String> failed =
        take(
            Wire.service(
                "shop", "2", shop -> shop.addPorts(Port.newBuilder().setServicePort(70_000))),
            Wire.service("till", "1", UnaryOperator.identity()));

    assertThat(failed).containsExactly(Map.entry(SHOP, "there is no port 70000"));
    assertThat(ledger.versions()).containsEntry(SHOP, "1").hasSize(2);
    assertThat(changes).containsExactly("- is", "- is");
    assertThat(ledger.refused()).containsOnlyKeys(SHOP);

    take(Wire.service("shop", "3", UnaryOperator.identity()));
    assertThat(ledger.refused()).isEmpty();
    assertThat(ledger.versions()).containsEntry(SHOP, "3");
  }

  @Test
  void anotherVersionThatSaysTheSameIsNoChange() {
    take(Wire.service("shop", "1", UnaryOperator.identity()));
    take(Wire.service("shop", "2", UnaryOperator.identity()));

    assertThat(changes).containsExactly("- is");
    assertThat(ledger.versions()).containsEntry(SHOP, "2");
  }

  @Test
  void whatIsRemovedIsForgottenAndAnUnknownNameIsNothing() {
    take(Wire.service("shop", "1", UnaryOperator.identity()));

    ledger.take(
        DeltaDiscoveryResponse.newBuilder()
            .addRemovedResources(SHOP)
            .addRemovedResources("default/nobody")
            .build());

    assertThat(ledger.versions()).isEmpty();
    assertThat(changes).containsExactly("- is", "was -");
  }

  @Test
  void nobodyIsTakenForSomebodyElse() {
    Resource shop = Wire.service("shop", "1", UnaryOperator.identity());
    assertThat(take(shop.toBuilder().setName("default/till").build()))
        .containsEntry("default/till", "the service calls itself " + SHOP);
    assertThat(
            take(
                Wire.workload(
                    "a", "shop", "10.0.0.1", w -> w.setServiceAccount("../ns/kube-system"))))
        .hasSize(1);
    assertThat(take(Wire.workload("b", "shop", "10.0.0.1", w -> w.setNamespace("")))).hasSize(1);
    assertThat(ledger.versions()).isEmpty();
  }

  @Test
  void whatIsNoAddressIsRefused() {
    assertThat(
            take(
                Wire.workload(
                    "a", "shop", "10.0.0.1", w -> w.addAddresses(ByteString.copyFromUtf8("abc")))))
        .containsValue("3 bytes are no address");
    assertThat(take(Wire.resource("x", "1", Address.getDefaultInstance())))
        .containsValue("it is neither a service nor a workload");
    Resource other = Wire.service("shop", "1", UnaryOperator.identity());
    assertThat(
            take(
                other.toBuilder()
                    .setResource(other.getResource().toBuilder().setTypeUrl("type/other"))
                    .build()))
        .containsValue("it is of type type/other");
    assertThat(
            take(
                other.toBuilder()
                    .setResource(
                        other.getResource().toBuilder()
                            .setValue(ByteString.copyFrom(new byte[] {(byte) 0xff, 1, 2})))
                    .build()))
        .hasSize(1);
  }
}
