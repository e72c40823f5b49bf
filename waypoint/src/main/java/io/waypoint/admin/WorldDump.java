// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshWorkload;
import io.waypoint.world.Workload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One object of the world as JSON. */
final class WorldDump {
  private WorldDump() {}

  static void write(JsonGenerator json, MeshService service) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", service.name());
    json.writeStringField("namespace", service.namespace());
    json.writeStringField("hostname", service.hostname());
    ConfigDump.writeLines(json, "vips", service.addresses());
    json.writeStringField("waypoint", waypoint(service.binding()));
    json.writeArrayFieldStart("ports");
    for (Destination port : service.ports()) {
      json.writeNumber(port.port());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  static void write(JsonGenerator json, MeshWorkload entry) throws IOException {
    Workload workload = entry.workload();
    SpiffeId identity = workload.identity();
    json.writeStartObject();
    json.writeStringField("name", workload.name());
    json.writeStringField("namespace", workload.namespace());
    json.writeStringField("workloadName", workload.owner());
    json.writeStringField("serviceAccount", identity.serviceAccount());
    json.writeStringField("trustDomain", identity.trustDomain().name());
    json.writeStringField("canonicalName", workload.canonicalName());
    json.writeStringField("canonicalRevision", workload.canonicalRevision());
    json.writeStringField("app", workload.app());
    json.writeStringField("version", workload.version());
    json.writeStringField("clusterId", workload.cluster());
    ConfigDump.writeLines(json, "workloadIps", entry.addresses());
    json.writeStringField("process", address(entry.app()));
    json.writeStringField("hbone", address(entry.hbone()));
    json.writeStringField("protocol", entry.hbone() == null ? "TCP" : "HBONE");
    json.writeStringField("status", entry.ready() ? "Healthy" : "Unhealthy");
    json.writeStringField("waypoint", waypoint(entry.binding()));
    json.writeEndObject();
  }

  static void write(JsonGenerator json, Destination destination) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", destination.service());
    json.writeStringField("namespace", destination.namespace());
    json.writeStringField("hostname", destination.hostname());
    json.writeNumberField("port", destination.port());
    json.writeStringField("kind", destination.workload() ? "Workload" : "Service");
    json.writeStringField("protocol", destination.protocol().name());
    ConfigDump.writeLines(json, "policies", destination.policies().dump());
    RouteTable everybody = destination.routes().producer();
    ConfigDump.writeLines(json, "routes", everybody == null ? List.of() : everybody.dump());
    json.writeObjectFieldStart("consumerRoutes");
    for (Map.Entry<String, RouteTable> own :
        new TreeMap<>(destination.routes().consumers()).entrySet()) {
      ConfigDump.writeLines(json, own.getKey(), own.getValue().dump());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("endpoints");
    for (Endpoint endpoint : destination.endpoints().endpoints()) {
      write(json, endpoint);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Endpoint endpoint) throws IOException {
    Endpoint.Tunnel tunnel = endpoint.tunnel();
    json.writeStartObject();
    json.writeStringField("address", address(endpoint.address()));
    json.writeStringField("workload", endpoint.workload());
    json.writeBooleanField("ready", endpoint.ready());
    json.writeStringField("hbone", tunnel == null ? null : address(tunnel.hbone()));
    json.writeStringField("identity", tunnel == null ? null : tunnel.identity());
    json.writeEndObject();
  }

  private static @Nullable String waypoint(Binding binding) {
    return switch (binding) {
      case Binding.Ours _ -> "this";
      case Binding.Another another -> another.waypoint().toString();
      case Binding.Unbound _ -> null;
    };
  }

  private static @Nullable String address(@Nullable InetSocketAddress address) {
    if (address == null) {
      return null;
    }
    String host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }
}
