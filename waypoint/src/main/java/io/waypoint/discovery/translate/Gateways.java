// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Position;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.Manifest;
import io.waypoint.world.GatewayName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The Gateways, and which of them this process is. */
final class Gateways {
  private static final String WAYPOINT_FOR = "istio.io/waypoint-for";

  private final Map<String, GatewaySpec> all;
  private final @Nullable GatewaySpec ours;

  private Gateways(Map<String, GatewaySpec> all, @Nullable GatewaySpec ours) {
    this.all = all;
    this.ours = ours;
  }

  static Gateways read(Objects objects, Scope scope, Problems problems) {
    Map<String, GatewaySpec> all = new TreeMap<>();
    List<Manifest> candidates = new ArrayList<>();
    for (Manifest manifest : objects.of("Gateway")) {
      GatewaySpec spec = read(manifest);
      all.put(manifest.key(), spec);
      if (scope.gatewayClasses().contains(spec.gatewayClass())) {
        candidates.add(manifest);
      }
    }
    return new Gateways(all, choose(all, candidates, scope.gateway(), problems));
  }

  private static @Nullable GatewaySpec choose(
      Map<String, GatewaySpec> all,
      List<Manifest> candidates,
      @Nullable GatewayName wanted,
      Problems problems) {
    for (Manifest candidate : candidates) {
      if (wanted != null && candidate.key().equals(wanted.toString())) {
        return all.get(candidate.key());
      }
    }
    if (candidates.isEmpty() || wanted != null) {
      String which = wanted == null ? "" : " " + wanted;
      problems.warning(
          Code.NO_GATEWAY,
          "",
          Position.whole(Source.file("configuration", "")),
          "there is no Gateway%s of class %s: nothing is served"
              .formatted(which, Scope.GATEWAY_CLASS),
          null);
      return null;
    }
    if (candidates.size() > 1) {
      Manifest second = candidates.get(1);
      second
          .metadata()
          .field("name")
          .error(
              Code.SEVERAL_GATEWAYS,
              "%s and %s are both Gateways of class %s"
                  .formatted(candidates.getFirst().key(), second.key(), Scope.GATEWAY_CLASS),
              "say which one this process is: --gateway " + second.key());
    }
    return all.get(candidates.getFirst().key());
  }

  private static GatewaySpec read(Manifest manifest) {
    Doc spec =
        manifest
            .spec()
            .only(
                "gatewayClassName",
                "listeners",
                "addresses",
                "infrastructure",
                "allowedListeners",
                "backendTLS",
                "defaultScope",
                "tls");
    String gatewayClass = spec.field("gatewayClassName").required();
    String type = manifest.label(WAYPOINT_FOR).text("service");
    Doc listeners = spec.field("listeners");
    if (listeners.list(64).isEmpty()) {
      listeners.error(Code.MISSING_FIELD, "spec.listeners has at least one listener");
    }
    String from = "Same";
    Map<String, String> selector = Map.of();
    for (Doc listener : listeners.list()) {
      listener.only("name", "hostname", "port", "protocol", "tls", "allowedRoutes");
      listener.field("name").required();
      ServiceReader.port(listener.field("port"));
      if (listener.field("protocol").required().equals("HBONE")) {
        Doc namespaces = listener.field("allowedRoutes").field("namespaces");
        from = namespaces.field("from").text("Same");
        namespaces.field("from").oneOf(List.of("All", "Same", "Selector", "None"));
        selector = namespaces.field("selector").field("matchLabels").textMap();
      }
    }
    return new GatewaySpec(
        new GatewayName(manifest.namespace(), manifest.name()),
        gatewayClass,
        type.equals("service") || type.equals("all"),
        type.equals("workload") || type.equals("all"),
        from,
        selector,
        manifest.annotation(GatewaySpec.STANDS_IN_FOR).text(""));
  }

  /** Null when none is ours. */
  @Nullable GatewaySpec ours() {
    return ours;
  }

  @Nullable GatewaySpec find(GatewayName name) {
    return all.get(name.toString());
  }
}
