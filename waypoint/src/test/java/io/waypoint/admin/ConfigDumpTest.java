// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.waypoint.world.WorldHolder;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfigDumpTest {
  private final WorldHolder world = new WorldHolder();
  private final FakeCertificates certificates = new FakeCertificates();
  private final ConfigDump dump = new ConfigDump("1", world, certificates, List::of);

  private static JsonObject read(Supplier<@Nullable Buffer> chunks) {
    Buffer all = Buffer.buffer();
    for (Buffer chunk = chunks.get(); chunk != null; chunk = chunks.get()) {
      all.appendBuffer(chunk);
    }
    return new JsonObject(all);
  }

  @Test
  void beforeAnythingIsLoadedItSaysSo() {
    JsonObject json = read(dump.everything());

    assertThat(json.fieldNames())
        .containsExactly("version", "generation", "certificates", "problems");
    assertThat(json.getValue("generation")).isNull();
    assertThat(json.getJsonObject("certificates").getString("state")).isEqualTo("Unavailable");
  }

  @Test
  void itsNamesAreFixed() {
    world.publish(Worlds.of(1));
    certificates.set(FakeCertificates.material());

    JsonObject json = read(dump.everything());

    assertThat(json.fieldNames())
        .containsExactly(
            "version",
            "generation",
            "gateway",
            "config",
            "services",
            "workloads",
            "destinations",
            "certificates",
            "problems");
    assertThat(first(json, "services").encode())
        .isEqualTo(
            "{\"name\":\"svc-0\",\"namespace\":\"default\","
                + "\"hostname\":\"svc-0.default.svc.cluster.local\",\"vips\":[\"10.96.0.5\"],"
                + "\"waypoint\":\"this\",\"ports\":[9080]}");
    assertThat(first(json, "workloads").encode())
        .isEqualTo(
            "{\"name\":\"svc-0-pod\",\"namespace\":\"default\",\"workloadName\":\"svc-0\","
                + "\"serviceAccount\":\"svc-0\",\"trustDomain\":\"cluster.local\","
                + "\"canonicalName\":\"svc-0\",\"canonicalRevision\":\"v1\",\"app\":\"svc-0\","
                + "\"version\":\"v1\",\"clusterId\":\"Kubernetes\","
                + "\"workloadIps\":[\"10.0.0.12\"],\"process\":null,"
                + "\"hbone\":\"[fd00:0:0:0:0:0:0:12]:15008\",\"protocol\":\"HBONE\","
                + "\"status\":\"Healthy\",\"waypoint\":\"other/gw\"}");
    assertThat(first(json, "destinations").fieldNames())
        .containsExactly(
            "name",
            "namespace",
            "hostname",
            "port",
            "kind",
            "protocol",
            "policies",
            "routes",
            "consumerRoutes",
            "endpoints");
    JsonObject leaf = first(json.getJsonObject("certificates"), "certChain");
    assertThat(leaf.getJsonArray("uris"))
        .isEqualTo(new JsonArray().add("spiffe://cluster.local/ns/default/sa/waypoint"));
    assertThat(leaf.fieldNames())
        .containsExactly(
            "subject", "issuer", "serialNumber", "validFrom", "expirationTime", "uris");
  }

  private static JsonObject first(JsonObject json, String array) {
    return json.getJsonArray(array).getJsonObject(0);
  }
}
