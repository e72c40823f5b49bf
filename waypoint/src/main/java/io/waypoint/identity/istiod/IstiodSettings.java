// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where istiod is, and what it and we prove ourselves with.
 *
 * @param host where to dial
 * @param serverName the host name that its certificate must carry, wherever it is dialled
 * @param roots PEM file of the roots, kept up to date by the cluster
 * @param revocations PEM file of revocation lists; need not exist
 * @param token file of our service-account token of audience {@code istio-ca}, read at each use
 * @param cluster the cluster's name
 * @param lifetime of a certificate that we ask for
 */
public record IstiodSettings(
    String host,
    int port,
    String serverName,
    Path roots,
    Path revocations,
    Path token,
    String cluster,
    Duration lifetime) {
  /** As Istio mounts it into a pod. */
  public static final IstiodSettings DEFAULTS =
      new IstiodSettings(
          "istiod.istio-system.svc",
          15012,
          "istiod.istio-system.svc",
          Path.of("/var/run/secrets/istio/root-cert.pem"),
          Path.of("/var/run/secrets/istio/crl/ca-crl.pem"),
          Path.of("/var/run/secrets/tokens/istio-token"),
          "Kubernetes",
          Duration.ofHours(24));

  /** Dialled elsewhere, with the name unchanged. */
  public IstiodSettings at(String newHost, int newPort) {
    return new IstiodSettings(
        newHost, newPort, serverName, roots, revocations, token, cluster, lifetime);
  }

  /** With files of this folder: {@code root-cert.pem}, {@code ca-crl.pem}, {@code istio-token}. */
  public IstiodSettings with(Path folder) {
    return new IstiodSettings(
        host,
        port,
        serverName,
        folder.resolve("root-cert.pem"),
        folder.resolve("ca-crl.pem"),
        folder.resolve("istio-token"),
        cluster,
        lifetime);
  }

  public IstiodSettings withLifetime(Duration wanted) {
    return new IstiodSettings(host, port, serverName, roots, revocations, token, cluster, wanted);
  }
}
