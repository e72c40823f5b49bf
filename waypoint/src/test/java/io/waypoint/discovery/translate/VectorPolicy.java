// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Source;
import io.waypoint.rbac.model.TargetRef;
import io.waypoint.rbac.model.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the policies of the vectors, which are well formed. */
final class VectorPolicy {
  private VectorPolicy() {}

  static AuthorizationPolicy read(Map<String, Object> policy) {
    Map<String, Object> metadata = Vector.map(policy.get("metadata"));
    Map<String, Object> spec = Vector.map(policy.get("spec"));
    List<TargetRef> refs = new ArrayList<>();
    for (Map<String, Object> ref : Vector.maps(spec.get("targetRefs"))) {
      refs.add(
          new TargetRef(
              text(ref.get("group")),
              text(ref.get("kind")),
              text(ref.get("namespace")),
              text(ref.get("name"))));
    }
    String action = text(spec.get("action"));
    return new AuthorizationPolicy(
        Origin.policy(text(metadata.get("namespace")), text(metadata.get("name"))),
        refs,
        action.isEmpty() ? Action.ALLOW : Action.valueOf(action),
        Vector.maps(spec.get("rules")).stream().map(VectorPolicy::rule).toList(),
        text(Vector.map(spec.get("provider")).get("name")),
        AuthorizationPolicy.isDryRun(
            text(Vector.map(metadata.get("annotations")).get(AuthorizationPolicy.DRY_RUN))));
  }

  private static Rule rule(Map<String, Object> rule) {
    List<Source> from = new ArrayList<>();
    for (Map<String, Object> source : Vector.maps(rule.get("from"))) {
      from.add(source(Vector.map(source.get("source"))));
    }
    List<Operation> to = new ArrayList<>();
    for (Map<String, Object> operation : Vector.maps(rule.get("to"))) {
      to.add(operation(Vector.map(operation.get("operation"))));
    }
    List<Condition> when = new ArrayList<>();
    for (Map<String, Object> condition : Vector.maps(rule.get("when"))) {
      when.add(
          new Condition(
              text(condition.get("key")),
              new Values(strings(condition.get("values")), strings(condition.get("notValues")))));
    }
    return new Rule(from, to, when);
  }

  private static Source source(Map<String, Object> source) {
    return new Source(
        values(source, "principals"),
        values(source, "requestPrincipals"),
        values(source, "namespaces"),
        values(source, "serviceAccounts"),
        values(source, "trustDomains"),
        values(source, "ipBlocks"),
        values(source, "remoteIpBlocks"));
  }

  private static Operation operation(Map<String, Object> operation) {
    return new Operation(
        values(operation, "hosts"),
        values(operation, "ports"),
        values(operation, "methods"),
        values(operation, "paths"));
  }

  private static Values values(Map<String, Object> map, String field) {
    String twin = "not" + Character.toUpperCase(field.charAt(0)) + field.substring(1);
    return new Values(strings(map.get(field)), strings(map.get(twin)));
  }

  private static List<String> strings(@Nullable Object value) {
    return Vector.list(value).stream().map(String::valueOf).toList();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
