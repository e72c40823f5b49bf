// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.model.TargetRef;
import io.waypoint.world.Binding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What Istio's policies attach to, written the same way in all of them. */
final class PolicyTargets {
  private static final int MOST = 16;
  private static final Map<String, String> GROUPS =
      Map.of(
          "Service",
          "",
          "ServiceEntry",
          "networking.istio.io",
          "Gateway",
          Kinds.GATEWAY_GROUP,
          "GatewayClass",
          Kinds.GATEWAY_GROUP);

  private final Objects objects;
  private final Bindings bindings;
  private final String rootNamespace;
  private final Set<String> classes;

  /**
   * @param classes the GatewayClasses that are ours
   */
  PolicyTargets(Objects objects, Bindings bindings, String rootNamespace, Set<String> classes) {
    this.objects = objects;
    this.bindings = bindings;
    this.rootNamespace = rootNamespace;
    this.classes = classes;
  }

  /** The targets; the old field counts only where the new one is empty. */
  static List<TargetRef> read(Doc spec) {
    List<Doc> docs = new ArrayList<>(spec.field("targetRefs").list(MOST));
    if (spec.has("targetRef") && docs.isEmpty()) {
      docs.add(spec.field("targetRef"));
    }
    boolean both = spec.has("targetRef") && spec.has("targetRefs");
    if (both || spec.has("selector") && !docs.isEmpty()) {
      spec.error(Code.CONTRADICTION, "only one of selector, targetRef and targetRefs may be there");
    }
    List<TargetRef> targets = new ArrayList<>();
    for (Doc doc : docs) {
      doc.only("group", "kind", "namespace", "name");
      String kind = doc.field("kind").required();
      String group = doc.field("group").text("");
      if (doc.has("namespace") && !doc.field("namespace").text("").isEmpty()) {
        doc.field("namespace")
            .error(Code.BAD_VALUE, "a policy's target is in the policy's own namespace");
      }
      if (!kind.isEmpty() && !isGroupOf(kind, group)) {
        boolean known = GROUPS.containsKey(kind);
        doc.field(known ? "group" : "kind")
            .error(
                Code.BAD_VALUE,
                known
                    ? "kind %s is of group \"%s\"".formatted(kind, GROUPS.get(kind))
                    : "a policy cannot target kind " + kind,
                known ? null : Doc.didYouMean(kind, GROUPS.keySet().stream().sorted().toList()));
      }
      targets.add(
          new TargetRef(
              group, kind, doc.field("namespace").text(""), doc.field("name").required()));
    }
    return targets;
  }

  private static boolean isGroupOf(String kind, String group) {
    String wanted = GROUPS.get(kind);
    return wanted != null && (group.equals(wanted) || wanted.isEmpty() && group.equals("core"));
  }

  /** Warns of every target at which the policy guards nothing. */
  void report(Manifest manifest, List<TargetRef> targets) {
    List<Doc> docs = manifest.spec().field("targetRefs").list();
    for (int i = 0; i < targets.size(); i++) {
      Doc at = i < docs.size() ? docs.get(i) : manifest.spec().field("targetRef");
      switch (judge(manifest.namespace(), targets.get(i))) {
        case TargetVerdict.Accepted fine -> {}
        case TargetVerdict.AncestorNotBound(var why) ->
            at.field("name").warning(Code.TARGET_NOT_BOUND, why);
        case TargetVerdict.TargetNotFound(var why) ->
            at.field("name").warning(Code.TARGET_NOT_FOUND, why);
        case TargetVerdict.Invalid(var why) -> at.field("name").warning(Code.TARGET_NOT_FOUND, why);
      }
    }
  }

  /**
   * @param namespace the policy's
   */
  TargetVerdict judge(String namespace, TargetRef ref) {
    return switch (ref.kind()) {
      case "Service" -> service(namespace, ref.name());
      case "ServiceEntry" -> entry(namespace, ref.name());
      case "Gateway" ->
          objects.find("Gateway", namespace, ref.name()) == null
              ? notFound("Gateway %s/%s does not exist".formatted(namespace, ref.name()))
              : TargetVerdict.ACCEPTED;
      case "GatewayClass" -> gatewayClass(namespace, ref.name());
      default ->
          new TargetVerdict.Invalid(
              ref.kind() + " is not used in this version: the policy guards nothing");
    };
  }

  private TargetVerdict service(String namespace, String name) {
    ServiceSpec service = objects.service(namespace, name);
    if (service == null) {
      return notFound("Service %s/%s does not exist".formatted(namespace, name));
    }
    return bindings.ofService(service) instanceof Binding.Unbound
        ? new TargetVerdict.AncestorNotBound(
            "Service %s is bound to no waypoint: the policy guards nothing"
                .formatted(service.key()))
        : TargetVerdict.ACCEPTED;
  }

  private TargetVerdict entry(String namespace, String name) {
    List<ServiceSpec> hosts = objects.entries(namespace, name);
    if (hosts.isEmpty()) {
      return notFound("ServiceEntry %s/%s does not exist".formatted(namespace, name));
    }
    return hosts.stream().allMatch(host -> bindings.ofService(host) instanceof Binding.Unbound)
        ? new TargetVerdict.AncestorNotBound(
            "ServiceEntry %s/%s is bound to no waypoint: the policy guards nothing"
                .formatted(namespace, name))
        : TargetVerdict.ACCEPTED;
  }

  private TargetVerdict gatewayClass(String namespace, String name) {
    if (!namespace.equals(rootNamespace)) {
      return new TargetVerdict.Invalid(
          "a policy for a GatewayClass belongs to namespace " + rootNamespace);
    }
    return classes.contains(name)
        ? TargetVerdict.ACCEPTED
        : new TargetVerdict.Invalid("class " + name + " is not ours");
  }

  private static TargetVerdict notFound(String why) {
    return new TargetVerdict.TargetNotFound(why);
  }
}
