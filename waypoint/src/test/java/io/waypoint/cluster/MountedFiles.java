// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.identity.istiod.IstiodSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/** What a kubelet mounts into a pod of a service account, for the identity that istiod gives. */
public final class MountedFiles {
  private static final String AUDIENCE = "istio-ca";

  private final KubernetesClient admin;
  private final Istiod istiod;
  private final Path folder;
  private final String namespace;
  private final String account;

  private MountedFiles(
      KubernetesClient admin, Istiod istiod, Path folder, String namespace, String account) {
    this.admin = admin;
    this.istiod = istiod;
    this.folder = folder;
    this.namespace = namespace;
    this.account = account;
  }

  /** Makes the account if it is missing, waits for the root and gets a token. */
  public static MountedFiles mount(
      KubernetesClient admin, Istiod istiod, Path folder, String namespace, String account) {
    var files = new MountedFiles(admin, istiod, folder, namespace, account);
    new Author(admin)
        .apply(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s, namespace: %s}\n"
                .formatted(account, namespace));
    files.root();
    files.token(AUDIENCE);
    return files;
  }

  /** Those that were mounted before. */
  public static MountedFiles of(
      KubernetesClient admin, Istiod istiod, Path folder, String namespace, String account) {
    return new MountedFiles(admin, istiod, folder, namespace, account);
  }

  /** The root as it is in the namespace now. */
  public void root() {
    write("root-cert.pem", current(""));
  }

  /** Waits for a root that is not mounted yet, and mounts it beside the others. */
  public void addRoot() {
    try {
      String mounted = Files.readString(folder.resolve("root-cert.pem"));
      write("root-cert.pem", mounted + current(mounted));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The root, once it is another one than these. */
  private String current(String others) {
    ConfigMap map =
        admin
            .configMaps()
            .inNamespace(namespace)
            .withName("istio-ca-root-cert")
            .waitUntilCondition(
                found ->
                    found != null
                        && found.getData() != null
                        && !others.contains(found.getData().get("root-cert.pem")),
                30,
                TimeUnit.SECONDS);
    return map.getData().get("root-cert.pem");
  }

  /** A new token, for this audience alone. */
  public void token(String audience) {
    write("istio-token", request(audience));
  }

  /** What the account proves itself with to the API server. */
  public String apiToken() {
    return request("https://kubernetes.default.svc.cluster.local");
  }

  private String request(String audience) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(audience)
            .withExpirationSeconds(3600L)
            .endSpec()
            .build();
    return admin
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(account)
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  /** A token that istiod takes, or one of somebody else's audience. */
  public void credential(boolean good) {
    token(good ? AUDIENCE : "somebody-else");
  }

  private void write(String name, String content) {
    try {
      Path fresh = Files.writeString(folder.resolve(name + ".new"), content);
      Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path folder() {
    return folder;
  }

  /** How to reach istiod with these files. */
  public IstiodSettings settings() {
    return IstiodSettings.DEFAULTS
        .at(istiod.address().getHostString(), istiod.address().getPort())
        .with(folder);
  }
}
