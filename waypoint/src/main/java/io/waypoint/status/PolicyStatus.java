// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.waypoint.discovery.kube.KubeObject;
import io.waypoint.discovery.kube.KubeSettings;
import io.waypoint.discovery.verdict.Condition;
import io.waypoint.discovery.verdict.PolicyVerdict;
import io.waypoint.world.GatewayName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The list {@code status.ancestors} of a policy (GEP-713): an entry for each Gateway that obeys it,
 * ours among them while it concerns what we serve. The list is one value to the API server, so that
 * the entries of others are carried along as they are.
 */
final class PolicyStatus {
  static final String KIND = "BackendTLSPolicy";

  /** A full list is left as it is, says the specification. */
  private static final int MOST = 16;

  private static final Set<String> TYPES = Set.of(Condition.ACCEPTED, Condition.RESOLVED_REFS);

  private final Map<String, Object> ancestor;
  private final Map<String, PolicyVerdict> verdicts = new HashMap<>();

  PolicyStatus(GatewayName gateway, List<PolicyVerdict> policies) {
    Map<String, Object> ref = new LinkedHashMap<>();
    ref.put("group", StatusApi.GROUP);
    ref.put("kind", "Gateway");
    ref.put("namespace", gateway.namespace());
    ref.put("name", gateway.name());
    this.ancestor = ref;
    for (PolicyVerdict verdict : policies) {
      verdicts.put(verdict.kind() + " " + verdict.namespace() + "/" + verdict.name(), verdict);
    }
  }

  /**
   * @param existing the status as it is; null without one
   * @return the new list, or null when the one that is there says the same
   */
  @Nullable List<Map<String, Object>> ancestors(
      KubeObject policy, @Nullable Object existing, Instant now) {
    PolicyVerdict verdict = verdicts.get(policy.kind() + " " + policy.key());
    List<Map<String, Object>> before = Json.maps(Json.field(existing, "ancestors"));
    List<Map<String, Object>> after = new ArrayList<>();
    Map<String, Object> mine = null;
    for (Map<String, Object> entry : before) {
      if (!isOurs(entry)) {
        after.add(entry);
      } else if (verdict != null && verdict.concerns() && mine == null) {
        mine = written(entry, verdict, policy.generation(), now);
        after.add(mine);
      }
    }
    if (verdict != null && verdict.concerns() && mine == null && after.size() < MOST) {
      after.add(written(Map.of(), verdict, policy.generation(), now));
    }
    return Json.same(before, after) ? null : after;
  }

  private boolean isOurs(Map<String, Object> entry) {
    Object ref = entry.get("ancestorRef");
    return Json.text(entry, "controllerName").equals(KubeSettings.CONTROLLER)
        && Json.text(ref, "kind").equals("Gateway")
        && Json.text(ref, "namespace").equals(ancestor.get("namespace"))
        && Json.text(ref, "name").equals(ancestor.get("name"));
  }

  private Map<String, Object> written(
      Map<String, Object> before, PolicyVerdict verdict, long generation, Instant now) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("ancestorRef", ancestor);
    entry.put("controllerName", KubeSettings.CONTROLLER);
    entry.put(
        "conditions",
        Conditions.merge(before.get("conditions"), verdict.conditions(), TYPES, generation, now));
    return entry;
  }
}
