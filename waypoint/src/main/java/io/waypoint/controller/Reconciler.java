// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.waypoint.status.GatewayReport;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes what there is for one Gateway be what there should be.
 *
 * <pre>
 *   Gateway gone ─────────────────► what no owner takes with it is swept
 *   of another class ─────────────► what was made for it is removed
 *   its infrastructure impossible ► said so; what is there stays
 *   otherwise ────────────────────► drawn, applied, what is not drawn any more removed, said so
 * </pre>
 */
final class Reconciler {
  private final Feeds feeds;
  private final Blueprint blueprint;
  private final Applier applier;
  private final GatewayReport report;
  private final EventWriter events;
  private final String clusterDomain;
  private final Map<String, List<String>> obstacles = new TreeMap<>();
  private volatile List<String> notes = List.of();

  /**
   * @param clusterDomain for example {@code cluster.local}
   */
  Reconciler(
      Feeds feeds,
      Blueprint blueprint,
      Applier applier,
      GatewayReport report,
      EventWriter events,
      String clusterDomain) {
    this.feeds = feeds;
    this.blueprint = blueprint;
    this.applier = applier;
    this.report = report;
    this.events = events;
    this.clusterDomain = clusterDomain;
  }

  /** Whether it is done. */
  boolean on(Task.OfClass task) {
    GenericKubernetesResource gatewayClass = feeds.gatewayClass(task.name());
    if (gatewayClass == null || !ManagedGateway.isOurs(gatewayClass)) {
      return true;
    }
    String why = written(gatewayClass, () -> report.gatewayClass(gatewayClass));
    return remember("GatewayClass " + task.name(), why == null ? List.of() : List.of(why));
  }

  /** Whether it is done. */
  boolean on(Task.OfGateway task) {
    String key = "Gateway " + task.namespace() + "/" + task.name();
    GenericKubernetesResource object = feeds.gateway(task.namespace(), task.name());
    if (object == null || object.getMetadata().getDeletionTimestamp() != null) {
      feeds.keepParameters();
      return remember(key, sweep(task));
    }
    String className = Trees.text(object.get("spec"), "gatewayClassName");
    GenericKubernetesResource gatewayClass = feeds.gatewayClass(className);
    if (gatewayClass == null) {
      // A class that is gone says nothing about the traffic of its Gateways: all stays.
      return remember(key, List.of());
    }
    ManagedGateway gateway = ManagedGateway.of(object, gatewayClass);
    return ManagedGateway.isOurs(gatewayClass)
        ? keep(key, object, gateway)
        : remember(key, removeUndrawn(gateway, Set.of()));
  }

  private boolean keep(String key, GenericKubernetesResource object, ManagedGateway gateway) {
    Parameters parameters = parameters(gateway);
    if (parameters == null) {
      // Looked for at this moment; its arrival brings us back.
      return false;
    }
    List<String> impossible = new ArrayList<>(parameters.problems());
    String obstacle = gateway.infrastructure().obstacle();
    if (obstacle != null) {
      impossible.add(obstacle);
    }
    List<String> failed =
        gateway.deployed() || !impossible.isEmpty() ? List.of() : make(gateway, parameters);
    boolean served = feeds.isServed(gateway.namespace(), gateway.name());
    String host = gateway.name() + "." + gateway.namespace() + ".svc." + clusterDomain;
    List<String> all = new ArrayList<>(failed);
    String unwritten =
        written(
            object,
            () ->
                report.gateway(
                    object, new GatewayReport.Findings(served ? host : null, impossible, failed)));
    if (unwritten != null) {
      all.add(unwritten);
    }
    for (String why : impossible) {
      events.warn(object, "InvalidParameters", why);
    }
    for (String why : failed) {
      events.warn(object, "NotApplied", why);
    }
    return remember(key, all);
  }

  /** Null as long as they are being looked for. */
  private @Nullable Parameters parameters(ManagedGateway gateway) {
    feeds.keepParameters();
    String name = gateway.infrastructure().parameters();
    if (name == null) {
      return Parameters.NONE;
    }
    Feed feed = feeds.parameters(gateway, name);
    if (feed == null) {
      return null;
    }
    GenericKubernetesResource configMap = feed.get(gateway.namespace(), name);
    return configMap == null
        ? Parameters.missing(gateway.namespace(), name)
        : Parameters.read(gateway.namespace() + "/" + name, Trees.texts(configMap.get("data")));
  }

  private List<String> make(ManagedGateway gateway, Parameters parameters) {
    List<Blueprint.Drawn> drawn = blueprint.draw(gateway, parameters);
    for (Blueprint.Drawn object : drawn) {
      if (isForeign(object, gateway)) {
        // Somebody runs this waypoint himself, for example a release of the chart.
        return List.of();
      }
    }
    List<String> failed = new ArrayList<>();
    for (Blueprint.Drawn object : drawn) {
      switch (applier.apply(object, seen(object), gateway)) {
        case Applier.Outcome.Done _ -> {}
        case Applier.Outcome.Foreign foreign ->
            failed.add(foreign.what() + " is there already and belongs to somebody else");
        case Applier.Outcome.Failed failure -> failed.add(failure.why());
      }
    }
    failed.addAll(
        removeUndrawn(
            gateway, drawn.stream().map(Blueprint.Drawn::kind).collect(Collectors.toSet())));
    return failed;
  }

  private boolean isForeign(Blueprint.Drawn object, ManagedGateway gateway) {
    GenericKubernetesResource seen = seen(object);
    return object.kind() == OwnedKind.DEPLOYMENT && seen != null && !Applier.isOurs(seen, gateway);
  }

  private @Nullable GenericKubernetesResource seen(Blueprint.Drawn object) {
    return feeds.owned(object.kind()).get(object.namespace(), object.name());
  }

  private List<String> removeUndrawn(ManagedGateway gateway, Set<OwnedKind> drawn) {
    List<String> failed = new ArrayList<>();
    for (OwnedKind kind : OwnedKind.values()) {
      if (drawn.contains(kind)) {
        continue;
      }
      for (GenericKubernetesResource object : feeds.owned(kind).all()) {
        boolean here =
            kind.clusterWide() || gateway.namespace().equals(object.getMetadata().getNamespace());
        if (here && Applier.isOurs(object, gateway)) {
          add(failed, applier.remove(kind, object));
        }
      }
    }
    return failed;
  }

  /** The garbage collector takes everything but what belongs to the cluster. */
  private List<String> sweep(Task.OfGateway gone) {
    List<String> failed = new ArrayList<>();
    for (GenericKubernetesResource binding : feeds.owned(OwnedKind.CLUSTER_ROLE_BINDING).all()) {
      if (Applier.isBindingOf(binding, gone.namespace(), gone.name())) {
        add(failed, applier.remove(OwnedKind.CLUSTER_ROLE_BINDING, binding));
      }
    }
    return failed;
  }

  private static void add(List<String> lines, @Nullable String line) {
    if (line != null) {
      lines.add(line);
    }
  }

  /** Null, or why a status could not be written. */
  private static @Nullable String written(GenericKubernetesResource object, Runnable write) {
    try {
      write.run();
      return null;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return null;
      }
      String why =
          Permission.isMissing(e)
              ? "not allowed: " + GatewayReport.permission(object.getKind())
              : Permission.words(e);
      return "status of " + object.getKind() + ": " + why;
    }
  }

  private boolean remember(String key, List<String> failed) {
    if (failed.isEmpty()) {
      obstacles.remove(key);
    } else {
      obstacles.put(key, failed);
    }
    notes =
        obstacles.entrySet().stream()
            .flatMap(entry -> entry.getValue().stream().map(why -> entry.getKey() + ": " + why))
            .toList();
    return failed.isEmpty();
  }

  /** What is not as it should be, a line each. */
  List<String> notes() {
    return notes;
  }
}
