// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import io.waypoint.admin.JsonChunks.Step;
import io.waypoint.identity.Certificates;
import io.waypoint.identity.Material;
import io.waypoint.world.Destination;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshWorkload;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is loaded, as one JSON document: ztunnel's names where ztunnel has them, and {@code
 * destinations} with their routes and policies as compiled. A dump shows one world from its first
 * byte to its last, and never a private key.
 */
public final class ConfigDump {
  private final String version;
  private final WorldHolder world;
  private final Certificates certificates;
  private final Supplier<List<String>> problems;

  /**
   * @param problems what is wrong with the latest change, one line each
   */
  public ConfigDump(
      String version,
      WorldHolder world,
      Certificates certificates,
      Supplier<List<String>> problems) {
    this.version = version;
    this.world = world;
    this.certificates = certificates;
    this.problems = problems;
  }

  List<String> problems() {
    return problems.get();
  }

  Supplier<@Nullable Buffer> certificates() {
    Material material = certificates.current();
    return new JsonChunks(
        List.of(
            JsonGenerator::writeStartObject,
            json -> CertificateDump.write(json, material),
            JsonGenerator::writeEndObject));
  }

  Supplier<@Nullable Buffer> everything() {
    World now = world.current();
    Material material = certificates.current();
    var steps = new ArrayList<Step>();
    steps.add(JsonGenerator::writeStartObject);
    steps.add(json -> json.writeStringField("version", version));
    if (now == null) {
      steps.add(json -> json.writeNullField("generation"));
    } else {
      steps.add(json -> writeMesh(json, now));
      addServices(steps, now);
      addWorkloads(steps, now);
      addDestinations(steps, now);
    }
    steps.add(json -> json.writeObjectFieldStart("certificates"));
    steps.add(json -> CertificateDump.write(json, material));
    steps.add(JsonGenerator::writeEndObject);
    steps.add(json -> writeLines(json, "problems", problems.get()));
    steps.add(JsonGenerator::writeEndObject);
    return new JsonChunks(steps);
  }

  private static void writeMesh(JsonGenerator json, World now) throws IOException {
    json.writeNumberField("generation", now.generation());
    json.writeStringField("gateway", now.gateway() == null ? null : now.gateway().toString());
    json.writeObjectFieldStart("config");
    json.writeStringField("trustDomain", now.mesh().trustDomain().name());
    json.writeStringField("rootNamespace", now.mesh().rootNamespace());
    json.writeStringField("pathNormalization", now.mesh().pathNormalization().name());
    json.writeStringField("clusterDomain", now.mesh().clusterDomain());
    json.writeStringField("clusterId", now.mesh().cluster());
    json.writeEndObject();
  }

  private static void addServices(List<Step> steps, World now) {
    steps.add(json -> json.writeArrayFieldStart("services"));
    for (MeshService service : now.services()) {
      steps.add(json -> WorldDump.write(json, service));
    }
    steps.add(JsonGenerator::writeEndArray);
  }

  private static void addWorkloads(List<Step> steps, World now) {
    steps.add(json -> json.writeArrayFieldStart("workloads"));
    for (MeshWorkload workload : now.workloads()) {
      steps.add(json -> WorldDump.write(json, workload));
    }
    steps.add(JsonGenerator::writeEndArray);
  }

  private static void addDestinations(List<Step> steps, World now) {
    steps.add(json -> json.writeArrayFieldStart("destinations"));
    for (MeshService service : now.services()) {
      addPorts(steps, service.ports());
    }
    for (MeshWorkload workload : now.workloads()) {
      addPorts(steps, workload.ports());
    }
    steps.add(JsonGenerator::writeEndArray);
  }

  private static void addPorts(List<Step> steps, List<Destination> ports) {
    for (Destination port : ports) {
      steps.add(json -> WorldDump.write(json, port));
    }
  }

  static void writeLines(JsonGenerator json, String name, List<String> lines) throws IOException {
    json.writeArrayFieldStart(name);
    for (String line : lines) {
      json.writeString(line);
    }
    json.writeEndArray();
  }
}
