// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at what the waypoints of one namespace need, and at what we ourselves may do there. */
final class NamespaceChecks {
  private static final String OURS = "your rights";
  private static final String AUDIENCE = "istio-ca";
  private static final long TOKEN_SECONDS = 600;

  private final KubernetesClient client;
  private final String namespace;
  private final List<Finding> found = new ArrayList<>();

  NamespaceChecks(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** A rule of RBAC that a waypoint's service account needs. */
  private record Need(String group, String resource, String subresource, String verb, boolean all) {
    String words() {
      String full = subresource.isEmpty() ? resource : resource + "/" + subresource;
      return "{apiGroups: [\"%s\"], resources: [\"%s\"], verbs: [%s]}".formatted(group, full, verb);
    }
  }

  private static final List<Need> NEEDS =
      List.of(
          new Need("gateway.networking.k8s.io", "gateways", "", "watch", true),
          new Need("gateway.networking.k8s.io", "httproutes", "", "watch", true),
          new Need("gateway.networking.k8s.io", "httproutes", "status", "patch", true),
          new Need("security.istio.io", "authorizationpolicies", "", "watch", true),
          new Need("gateway.networking.k8s.io", "gateways", "status", "patch", false),
          new Need("coordination.k8s.io", "leases", "", "create", false));

  List<Finding> look() {
    Namespace there = namespace();
    if (there != null) {
      enrolment(there);
      rights();
      for (GenericKubernetesResource gateway : Kinds.GATEWAY.listIfAny(client, namespace)) {
        if (DeleteCommand.isOurs(gateway)) {
          waypoint(gateway);
        }
      }
    }
    return found;
  }

  private String group() {
    return "namespace " + namespace;
  }

  private @Nullable Namespace namespace() {
    String what = "it exists";
    try {
      Namespace there = client.namespaces().withName(namespace).get();
      found.add(
          there == null
              ? Finding.bad(group(), what, "it does not", "kubectl create namespace " + namespace)
              : Finding.good(group(), what, ""));
      return there;
    } catch (KubernetesClientException e) {
      found.add(Finding.doubtful(group(), what, KubeWords.of(e), "you need: get namespaces"));
      return null;
    }
  }

  private void enrolment(Namespace there) {
    Map<String, String> labels =
        Objects.requireNonNullElse(there.getMetadata().getLabels(), Map.of());
    found.add(
        "ambient".equals(labels.get("istio.io/dataplane-mode"))
            ? Finding.good(group(), "its pods are in the mesh", "")
            : Finding.doubtful(
                group(),
                "its pods are in the mesh",
                "it has no label istio.io/dataplane-mode: ambient",
                "kubectl label namespace " + namespace + " istio.io/dataplane-mode=ambient"));
    String uses = labels.get(Bound.USE_WAYPOINT);
    if (uses == null) {
      found.add(
          Finding.doubtful(
              group(),
              "it uses a waypoint",
              "it has no label " + Bound.USE_WAYPOINT + "; single services may",
              "waypoint apply -n " + namespace + " --enroll-namespace"));
    } else {
      String in = labels.getOrDefault(Bound.USE_WAYPOINT_NAMESPACE, namespace);
      found.add(
          uses.equals("none") || Kinds.GATEWAY.get(client, in, uses) != null
              ? Finding.good(group(), "it uses a waypoint", uses)
              : Finding.bad(
                  group(),
                  "it uses a waypoint",
                  "its label names Gateway %s/%s, which is not there: traffic goes direct"
                      .formatted(in, uses),
                  "waypoint apply -n " + in + " --name " + uses));
    }
  }

  /** What {@code apply} needs of the person who runs it. */
  private void rights() {
    for (String verb : List.of("create", "patch")) {
      String what = "you may " + verb + " gateways";
      boolean allowed =
          client
              .authorization()
              .v1()
              .selfSubjectAccessReview()
              .create(
                  new SelfSubjectAccessReviewBuilder()
                      .withNewSpec()
                      .withNewResourceAttributes()
                      .withGroup("gateway.networking.k8s.io")
                      .withResource("gateways")
                      .withNamespace(namespace)
                      .withVerb(verb)
                      .endResourceAttributes()
                      .endSpec()
                      .build())
              .getStatus()
              .getAllowed();
      found.add(
          allowed
              ? Finding.good(OURS, what, "")
              : Finding.bad(
                  OURS,
                  what,
                  "not in namespace " + namespace,
                  "Role needs {apiGroups: [\"gateway.networking.k8s.io\"], resources:"
                      + " [\"gateways\"], verbs: [get, create, patch]}"));
    }
  }

  private void waypoint(GenericKubernetesResource gateway) {
    String name = gateway.getMetadata().getName();
    String group = "waypoint " + namespace + "/" + name;
    for (String type : List.of("Accepted", "Programmed")) {
      Map<String, Object> condition =
          Kinds.condition(Kinds.maps(gateway, "status", "conditions"), type);
      String why = Kinds.text(condition, "message");
      found.add(
          "True".equals(condition.get("status"))
              ? Finding.good(group, type, why)
              : Finding.bad(
                  group,
                  type,
                  why.isEmpty() ? "no controller has seen it" : why,
                  "kubectl describe gateway -n %s %s".formatted(namespace, name)));
    }
    List<Pod> pods = Bound.pods(client, namespace, name);
    long ready = pods.stream().filter(Bound::isReady).count();
    found.add(
        ready > 0
            ? Finding.good(group, "a pod is ready", ready + " of " + pods.size())
            : Finding.bad(
                group,
                "a pod is ready",
                Bound.count(pods) + ", none ready" + Bound.trouble(pods),
                "kubectl describe pods -n %s -l %s=%s"
                    .formatted(namespace, Bound.GATEWAY_NAME, name)));
    account(group, name);
  }

  private void account(String group, String name) {
    ServiceAccount account = client.serviceAccounts().inNamespace(namespace).withName(name).get();
    if (account == null) {
      found.add(
          Finding.bad(
              group,
              "its service account is there",
              "it is not",
              "the controller makes it; its log tells why it did not"));
      return;
    }
    token(group, name);
    List<String> missing = new ArrayList<>();
    try {
      for (Need need : NEEDS) {
        if (!isAllowed(name, need)) {
          missing.add((need.all() ? "ClusterRole " : "Role ") + need.words());
        }
      }
      found.add(
          missing.isEmpty()
              ? Finding.good(group, "its service account may what it must", "")
              : Finding.bad(
                  group,
                  "its service account may what it must",
                  "it lacks " + String.join(", ", missing),
                  "grant it; the chart's roles hold all of it"));
    } catch (KubernetesClientException e) {
      found.add(
          Finding.doubtful(
              group,
              "its service account may what it must",
              KubeWords.of(e),
              "you need: create subjectaccessreviews.authorization.k8s.io"));
    }
  }

  private boolean isAllowed(String account, Need need) {
    SubjectAccessReview review =
        client
            .authorization()
            .v1()
            .subjectAccessReview()
            .create(
                new SubjectAccessReviewBuilder()
                    .withNewSpec()
                    .withUser("system:serviceaccount:" + namespace + ":" + account)
                    .withGroups(
                        "system:serviceaccounts",
                        "system:serviceaccounts:" + namespace,
                        "system:authenticated")
                    .withNewResourceAttributes()
                    .withGroup(need.group())
                    .withResource(need.resource())
                    .withSubresource(need.subresource().isEmpty() ? null : need.subresource())
                    .withVerb(need.verb())
                    .withNamespace(need.all() ? null : namespace)
                    .withName(need.subresource().equals("status") && !need.all() ? account : null)
                    .endResourceAttributes()
                    .endSpec()
                    .build());
    return review.getStatus().getAllowed();
  }

  /** istiod takes tokens of this audience only; an API server may be told not to make them. */
  private void token(String group, String account) {
    String what = "its token is of audience " + AUDIENCE;
    try {
      TokenRequest made =
          client
              .serviceAccounts()
              .inNamespace(namespace)
              .withName(account)
              .tokenRequest(
                  new TokenRequestBuilder()
                      .withNewSpec()
                      .withAudiences(AUDIENCE)
                      .withExpirationSeconds(TOKEN_SECONDS)
                      .endSpec()
                      .build());
      String[] parts = made.getStatus().getToken().split("\\.", -1);
      String claims =
          parts.length == 3
              ? new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
              : "";
      found.add(
          claims.contains("\"aud\":[\"" + AUDIENCE + "\"]")
              ? Finding.good(group, what, "")
              : Finding.bad(
                  group,
                  what,
                  "the API server made one of another audience",
                  "look at --api-audiences and the issuer of the API server"));
    } catch (KubernetesClientException e) {
      boolean forbidden = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
      found.add(
          forbidden
              ? Finding.doubtful(
                  group, what, "we may not ask for one", "you need: create serviceaccounts/token")
              : Finding.bad(group, what, KubeWords.of(e), "istiod issues no certificate without"));
    }
  }
}
