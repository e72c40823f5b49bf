// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.world.Binding;
import io.waypoint.world.GatewayName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which waypoint an object is bound to. Its own label wins over its namespace's; {@code none} opts
 * out; a canary counts as bound, because a share of the callers is sent to it.
 */
final class Bindings {
  private static final String USE = "istio.io/use-waypoint";
  private static final String CANARY = "istio.io/use-waypoint-canary";

  private final Objects objects;
  private final Gateways gateways;

  Bindings(Objects objects, Gateways gateways) {
    this.objects = objects;
    this.gateways = gateways;
  }

  /** A label that has just been written counts before those who tell have noticed it. */
  Binding ofService(ServiceSpec service) {
    KnownService known = service.known();
    if (known == null) {
      return of(service.manifest(), true);
    }
    Binding told = told(known.waypoints());
    boolean written = service.manifest().doc().present();
    return written && of(service.manifest(), true) instanceof Binding.Ours ? Binding.OURS : told;
  }

  Binding ofWorkload(KnownWorkload workload) {
    GatewayName waypoint = workload.waypoint();
    return waypoint == null ? Binding.UNBOUND : told(List.of(waypoint));
  }

  private Binding told(List<GatewayName> waypoints) {
    GatewaySpec ours = gateways.ours();
    if (ours != null && waypoints.contains(ours.name())) {
      return Binding.OURS;
    }
    return waypoints.isEmpty() ? Binding.UNBOUND : new Binding.Another(waypoints.getFirst());
  }

  Binding ofWorkload(Manifest workload) {
    return of(workload, false);
  }

  private Binding of(Manifest object, boolean service) {
    Doc own = own(object, USE);
    Doc namespace = objects.namespaceLabelDoc(object.namespace(), USE);
    Doc label = own.present() || namespace == null ? own : namespace;
    String word = label.text("");
    if (word.isEmpty() || word.equals("none")) {
      return Binding.UNBOUND;
    }
    boolean fromNamespace = label != own;
    Binding primary = to(object, label, label(object, USE + "-namespace", fromNamespace), service);
    Doc canary = label(object, CANARY, fromNamespace);
    if (primary instanceof Binding.Ours || canary == null || !canary.present()) {
      return primary;
    }
    Doc canaryNamespace = label(object, CANARY + "-namespace", fromNamespace);
    Binding second = to(object, canary, canaryNamespace, service);
    return second instanceof Binding.Ours ? second : primary;
  }

  private @Nullable Doc label(Manifest object, String label, boolean fromNamespace) {
    return fromNamespace
        ? objects.namespaceLabelDoc(object.namespace(), label)
        : own(object, label);
  }

  /** What binds a pod is the pod's label, so that a Deployment's is the one of its template. */
  private static Doc own(Manifest object, String label) {
    return object.kind().equals("Deployment")
        ? object.spec().field("template").field("metadata").field("labels").field(label)
        : object.label(label);
  }

  private Binding to(Manifest object, Doc label, @Nullable Doc namespace, boolean service) {
    String home = namespace == null ? "" : namespace.text("");
    var name = new GatewayName(home.isEmpty() ? object.namespace() : home, label.text(""));
    GatewaySpec gateway = gateways.find(name);
    if (gateway == null) {
      label.warning(Code.WAYPOINT_NOT_FOUND, "Gateway " + name + " does not exist");
      return new Binding.Another(name);
    }
    boolean takes = service ? gateway.services() : gateway.workloads();
    String from = object.namespace();
    if (!takes || !gateway.allows(from, objects.namespaceLabels(from))) {
      return Binding.UNBOUND;
    }
    GatewaySpec ours = gateways.ours();
    return ours != null && ours.name().equals(name) ? Binding.OURS : new Binding.Another(name);
  }
}
