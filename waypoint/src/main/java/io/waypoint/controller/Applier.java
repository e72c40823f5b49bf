// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.waypoint.discovery.kube.KubeSettings;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes objects be as they are drawn, by server-side apply: the fields that are drawn are ours and
 * are put right whoever changed them, all other fields stay as they are. Used by one thread.
 */
final class Applier {
  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final String US = "waypoint";

  /** What became of an object. */
  sealed interface Outcome {
    /** It is as it is drawn. */
    record Done() implements Outcome {}

    /** It is somebody else's, and stays so. */
    record Foreign(String what) implements Outcome {}

    /** The API server said no. */
    record Failed(String why) implements Outcome {}
  }

  private static final Outcome DONE = new Outcome.Done();

  private final KubernetesClient client;
  private final Map<String, Map<String, @Nullable Object>> applied = new HashMap<>();

  Applier(KubernetesClient client) {
    this.client = client;
  }

  /**
   * @param seen the object as it was last watched; null when it was not, and then it is looked for
   */
  Outcome apply(
      Blueprint.Drawn drawn, @Nullable GenericKubernetesResource seen, ManagedGateway gateway) {
    try {
      GenericKubernetesResource live = seen == null ? of(drawn).get() : seen;
      if (live != null && !isOurs(live, gateway)) {
        return new Outcome.Foreign(drawn.label());
      }
      boolean same =
          live != null
              && drawn.tree().equals(applied.get(drawn.label()))
              && Likeness.holds(live, drawn.tree());
      if (!same) {
        put(drawn);
        applied.put(drawn.label(), drawn.tree());
        LOG.atInfo().addKeyValue("object", drawn.label()).log(live == null ? "made" : "applied");
      }
      return DONE;
    } catch (KubernetesClientException e) {
      return failed(drawn, e);
    }
  }

  private static Outcome failed(Blueprint.Drawn drawn, KubernetesClientException e) {
    if (Permission.isEnding(e)) {
      return DONE;
    }
    boolean forbidden = Permission.isMissing(e);
    boolean escalation = forbidden && Permission.words(e).contains("attempting to grant");
    String rule =
        Permission.needed(drawn.kind().group, drawn.kind().plural, "get, create, patch, delete");
    String why =
        escalation
            ? "the controller may not grant what it does not have: " + Permission.words(e)
            : forbidden ? "not allowed: " + rule : Permission.words(e);
    return new Outcome.Failed(drawn.label() + ": " + why);
  }

  /**
   * Takes an object away that is not drawn any more.
   *
   * @return null, or why it is still there
   */
  @Nullable String remove(OwnedKind kind, GenericKubernetesResource object) {
    String namespace = Objects.requireNonNullElse(object.getMetadata().getNamespace(), "");
    var drawn = new Blueprint.Drawn(kind, namespace, object.getMetadata().getName(), Map.of());
    try {
      of(drawn).delete();
      applied.remove(drawn.label());
      LOG.atInfo().addKeyValue("object", drawn.label()).log("removed");
      return null;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return null;
      }
      return failed(drawn, e) instanceof Outcome.Failed failed ? failed.why() : null;
    }
  }

  /** Whether an object is of a Gateway: owned by it, or of the cluster and made for it by us. */
  static boolean isOurs(GenericKubernetesResource object, ManagedGateway gateway) {
    return object.getKind().equals(OwnedKind.CLUSTER_ROLE_BINDING.kind)
        ? isBindingOf(object, gateway.namespace(), gateway.name())
        : isOwnedBy(object, gateway.name());
  }

  /** Also by an earlier Gateway of the name: what it leaves behind is taken over. */
  static boolean isOwnedBy(GenericKubernetesResource object, String gateway) {
    List<OwnerReference> owners =
        Objects.requireNonNullElse(object.getMetadata().getOwnerReferences(), List.of());
    return owners.stream()
        .anyMatch(owner -> owner.getKind().equals("Gateway") && owner.getName().equals(gateway));
  }

  static boolean isBindingOf(GenericKubernetesResource binding, String namespace, String gateway) {
    Map<String, String> labels =
        Objects.requireNonNullElse(binding.getMetadata().getLabels(), Map.of());
    return US.equals(labels.get(MANAGED_BY))
        && namespace.equals(labels.get(ManagedGateway.NAMESPACE_LABEL))
        && binding.getMetadata().getName().endsWith(":" + gateway);
  }

  private void put(Blueprint.Drawn drawn) {
    var all = client.genericKubernetesResources(drawn.kind().resource());
    var item =
        client
            .getKubernetesSerialization()
            .convertValue(drawn.tree(), GenericKubernetesResource.class);
    var one =
        drawn.kind().clusterWide()
            ? all.resource(item)
            : all.inNamespace(drawn.namespace()).resource(item);
    one.fieldManager(KubeSettings.CONTROLLER).forceConflicts().serverSideApply();
  }

  private Resource<GenericKubernetesResource> of(Blueprint.Drawn drawn) {
    var all = client.genericKubernetesResources(drawn.kind().resource());
    return drawn.kind().clusterWide()
        ? all.withName(drawn.name())
        : all.inNamespace(drawn.namespace()).withName(drawn.name());
  }
}
