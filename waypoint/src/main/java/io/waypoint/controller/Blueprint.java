// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a waypoint: the files that the chart fills for a release, filled for a Gateway. A
 * value <code>${fact}</code> stands for that fact whatever its type; an entry that comes out null
 * is left out.
 */
final class Blueprint {
  private static final Pattern FACT = Pattern.compile("\\$\\{([a-zA-Z]+)}");
  private static final int LONGEST_LABEL = 63;

  private final Map<OwnedKind, Map<String, @Nullable Object>> templates =
      new EnumMap<>(OwnedKind.class);
  private final Facts facts;

  /**
   * @param facts of the installation
   */
  Blueprint(Facts facts) {
    this.facts = facts;
    for (OwnedKind kind : OwnedKind.values()) {
      templates.put(kind, Trees.resource(kind.template()));
    }
  }

  /** An object as it should be. */
  record Drawn(OwnedKind kind, String namespace, String name, Map<String, @Nullable Object> tree) {
    /** For messages: {@code Service bookinfo/waypoint}. */
    String label() {
      return kind.kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }
  }

  /** What there should be for a Gateway, in the order in which it should be applied. */
  List<Drawn> draw(ManagedGateway gateway, Parameters parameters) {
    Facts filled = facts.over(of(gateway));
    List<Drawn> drawn = new ArrayList<>();
    for (OwnedKind kind : OwnedKind.values()) {
      if (isWanted(kind, filled)) {
        drawn.add(draw(kind, filled, gateway, parameters));
      }
    }
    return drawn;
  }

  private static boolean isWanted(OwnedKind kind, Facts facts) {
    return switch (kind) {
      case HORIZONTAL_POD_AUTOSCALER -> facts.holds("autoscaling");
      case POD_DISRUPTION_BUDGET -> facts.holds("disruption");
      default -> true;
    };
  }

  private Drawn draw(OwnedKind kind, Facts filled, ManagedGateway gateway, Parameters parameters) {
    Map<String, @Nullable Object> tree =
        Trees.map(fill(templates.getOrDefault(kind, Map.of()), filled));
    String key = kind.overlayKey();
    if (key != null) {
      tree = Overlay.plain(tree, Trees.map(Trees.at(filled.values().get("overlay"), key)));
    }
    tree = Overlay.strategic(tree, infrastructure(kind, gateway));
    tree = Overlay.strategic(tree, parameters.overlays().getOrDefault(kind, Map.of()));
    tree = Overlay.strategic(tree, ownership(kind, gateway));
    return new Drawn(
        kind,
        Trees.text(tree, "metadata", "namespace"),
        Trees.text(tree, "metadata", "name"),
        tree);
  }

  private Map<String, @Nullable Object> of(ManagedGateway gateway) {
    Map<String, @Nullable Object> own = new LinkedHashMap<>();
    own.put("name", gateway.name());
    own.put("namespace", gateway.namespace());
    own.put("gateway", gateway.key());
    own.put("gatewayClassName", gateway.className());
    own.put("waypointFor", gateway.waypointFor());
    own.put("network", gateway.network());
    own.put("leaseName", gateway.name() + "-status");
    own.put("clusterRoleBinding", "waypoint:" + gateway.namespace() + ":" + gateway.name());
    if (facts.holds("autoscaling")) {
      // The autoscaler's: a number of ours would be written over its own at every apply.
      own.put("replicas", null);
    }
    return own;
  }

  /** GEP-1867: labels and annotations of a Gateway's infrastructure go to what it is made of. */
  private static Map<String, @Nullable Object> infrastructure(
      OwnedKind kind, ManagedGateway gateway) {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("labels", gateway.infrastructure().labels());
    metadata.put("annotations", gateway.infrastructure().annotations());
    if (gateway.infrastructure().annotations().isEmpty()) {
      metadata.remove("annotations");
    }
    Map<String, @Nullable Object> overlay = new LinkedHashMap<>();
    overlay.put("metadata", metadata);
    if (kind == OwnedKind.DEPLOYMENT) {
      overlay.put("spec", Map.of("template", Map.of("metadata", metadata)));
    }
    return overlay;
  }

  /** What nobody may overlay: by these labels we find the object, and with the Gateway it goes. */
  private static Map<String, @Nullable Object> ownership(OwnedKind kind, ManagedGateway gateway) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(ManagedGateway.NAME_LABEL, label(gateway.name()));
    labels.put(ManagedGateway.MANAGED_LABEL, ManagedGateway.MANAGED);
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("labels", labels);
    if (!kind.clusterWide()) {
      Map<String, @Nullable Object> owner = new LinkedHashMap<>();
      owner.put("apiVersion", "gateway.networking.k8s.io/v1");
      owner.put("kind", "Gateway");
      owner.put("name", gateway.name());
      owner.put("uid", gateway.uid());
      owner.put("controller", true);
      metadata.put("ownerReferences", List.of(owner));
    }
    Map<String, @Nullable Object> overlay = new LinkedHashMap<>();
    overlay.put("metadata", metadata);
    if (kind == OwnedKind.DEPLOYMENT) {
      Map<String, String> own = Map.of(ManagedGateway.NAME_LABEL, label(gateway.name()));
      overlay.put("spec", Map.of("template", Map.of("metadata", Map.of("labels", own))));
    }
    return overlay;
  }

  private static String label(String name) {
    return name.length() > LONGEST_LABEL ? name.substring(0, LONGEST_LABEL) : name;
  }

  private static @Nullable Object fill(@Nullable Object template, Facts facts) {
    return switch (template) {
      case String text -> {
        Matcher fact = FACT.matcher(text);
        yield fact.matches() ? facts.value(fact.group(1)) : text;
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> filled = new LinkedHashMap<>();
        map.forEach((name, value) -> {
          Object content = fill(value, facts);
          if (content != null) {
            filled.put(String.valueOf(name), content);
          }
        });
        yield filled;
      }
      case List<?> list -> {
        List<@Nullable Object> filled = new ArrayList<>();
        list.forEach(item -> filled.add(fill(item, facts)));
        yield filled;
      }
      case null -> null;
      default -> template;
    };
  }
}
