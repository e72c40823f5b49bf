// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.discovery.kube.KubeObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The status of a Gateway and of its class, as they should be applied. */
final class GatewayStatus {
  private GatewayStatus() {}

  /**
   * An address that is there is never withdrawn, because without one traffic goes past the
   * waypoint.
   *
   * @param address ours when callers find somebody there; null when not yet
   * @return the status to apply, or null when the one that is there says the same
   */
  static @Nullable Map<String, Object> gateway(
      KubeObject gateway, @Nullable String address, List<Problem> problems, Instant now) {
    String shown = address == null ? published(gateway) : address;
    GatewayVerdict.Facts facts = facts(gateway, shown, problems);
    return gateway(gateway, facts, GatewayVerdict.gateway(facts), now);
  }

  /** The same as a controller finds it that makes the waypoint. */
  static @Nullable Map<String, Object> gateway(
      KubeObject gateway, GatewayReport.Findings findings, Instant now) {
    String there = published(gateway);
    String shown = there == null ? findings.address() : there;
    GatewayVerdict.Facts facts = facts(gateway, shown, List.of());
    return gateway(
        gateway,
        facts,
        GatewayVerdict.gateway(facts, findings.parameters(), findings.obstacles()),
        now);
  }

  private static @Nullable Map<String, Object> gateway(
      KubeObject gateway, GatewayVerdict.Facts facts, List<Condition> conditions, Instant now) {
    String shown = facts.address();
    Map<String, Object> wanted = new LinkedHashMap<>();
    if (shown != null) {
      wanted.put("addresses", List.of(Map.of("type", "Hostname", "value", shown)));
    }
    Object current = gateway.status();
    wanted.put(
        "conditions",
        Conditions.apply(Json.field(current, "conditions"), conditions, gateway.generation(), now));
    List<Map<String, Object>> listeners = new ArrayList<>();
    for (GatewayVerdict.Listener listener : facts.listeners()) {
      listeners.add(
          listener(listener, facts, of(current, listener.name()), gateway.generation(), now));
    }
    wanted.put("listeners", listeners);
    return says(current, wanted) ? null : wanted;
  }

  /** The host name in a Gateway's status; null when it has none. */
  static @Nullable String published(KubeObject gateway) {
    for (Map<String, Object> address : Json.maps(Json.field(gateway.status(), "addresses"))) {
      if (Json.text(address, "type").equals("Hostname")) {
        return Json.text(address, "value");
      }
    }
    return null;
  }

  private static Map<String, Object> listener(
      GatewayVerdict.Listener listener,
      GatewayVerdict.Facts facts,
      Map<String, Object> before,
      long generation,
      Instant now) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", listener.name());
    entry.put("supportedKinds", List.of());
    entry.put("attachedRoutes", 0);
    entry.put(
        "conditions",
        Conditions.apply(
            before.get("conditions"), GatewayVerdict.listener(listener, facts), generation, now));
    return entry;
  }

  private static Map<String, Object> of(@Nullable Object status, String listener) {
    for (Map<String, Object> entry : Json.maps(Json.field(status, "listeners"))) {
      if (Json.text(entry, "name").equals(listener)) {
        return entry;
      }
    }
    return Map.of();
  }

  private static GatewayVerdict.Facts facts(
      KubeObject gateway, @Nullable String address, List<Problem> problems) {
    List<GatewayVerdict.Listener> listeners = new ArrayList<>();
    List<String> requested = new ArrayList<>();
    ReadObject document = gateway.document();
    if (document != null) {
      Doc spec = document.doc(new Problems()).field("spec");
      for (Doc listener : spec.field("listeners").list()) {
        List<String> kinds = new ArrayList<>();
        for (Doc kind : listener.field("allowedRoutes").field("kinds").list()) {
          kinds.add(kind.field("kind").text(""));
        }
        listeners.add(
            new GatewayVerdict.Listener(
                listener.field("name").text(""),
                listener.field("port").integer(0, 65535, 0),
                listener.field("protocol").text(""),
                kinds));
      }
      for (Doc wanted : spec.field("addresses").list()) {
        requested.add(wanted.field("value").text(""));
      }
    }
    List<String> errors =
        problems.stream().filter(Problem::isError).map(Problem::message).distinct().toList();
    return new GatewayVerdict.Facts(listeners, requested, address, errors);
  }

  /**
   * @param features whether the features, too, are to be as ours are
   * @return the status to apply, or null when the one that is there says the same
   */
  static @Nullable Map<String, Object> gatewayClass(
      KubeObject gatewayClass, boolean features, Instant now) {
    Object current = gatewayClass.status();
    Map<String, Object> wanted = new LinkedHashMap<>();
    wanted.put(
        "conditions",
        Conditions.apply(
            Json.field(current, "conditions"),
            List.of(Condition.yes(Condition.ACCEPTED, "Accepted", "accepted")),
            gatewayClass.generation(),
            now));
    if (features || Json.maps(Json.field(current, "supportedFeatures")).isEmpty()) {
      wanted.put("supportedFeatures", Features.list());
    }
    return says(current, wanted) ? null : wanted;
  }

  /** Whether a status holds all that is wanted, whatever else it holds. */
  private static boolean says(@Nullable Object current, Map<String, Object> wanted) {
    for (Map.Entry<String, Object> field : wanted.entrySet()) {
      Object there = Json.field(current, field.getKey());
      boolean same =
          field.getKey().equals("conditions")
              ? holdsAll(there, Json.maps(field.getValue()))
              : field.getKey().equals("listeners")
                  ? sameListeners(there, Json.maps(field.getValue()))
                  : Json.same(there, field.getValue());
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameListeners(@Nullable Object there, List<Map<String, Object>> wanted) {
    List<Map<String, Object>> current = Json.maps(there);
    if (current.size() != wanted.size()) {
      return false;
    }
    for (Map<String, Object> listener : wanted) {
      Map<String, Object> same = Map.of();
      for (Map<String, Object> entry : current) {
        same = Json.text(entry, "name").equals(Json.text(listener, "name")) ? entry : same;
      }
      if (!holdsAll(same.get("conditions"), Json.maps(listener.get("conditions")))
          || !Json.same(same.get("attachedRoutes"), listener.get("attachedRoutes"))) {
        return false;
      }
    }
    return true;
  }

  private static boolean holdsAll(@Nullable Object there, List<Map<String, Object>> wanted) {
    List<Map<String, Object>> current = Json.maps(there);
    return wanted.stream().allMatch(want -> current.stream().anyMatch(has -> Json.same(has, want)));
  }
}
