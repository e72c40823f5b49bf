// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code tls} of a DestinationRule: TLS that begins at the waypoint, for hosts outside the mesh.
 * What cannot be verified as written is not spoken to (policies.md 5A).
 *
 * @param serverName asked for, and expected when nothing else is; empty for the host that is called
 * @param names of which the certificate must have one
 * @param obstacle why requests cannot be sent; null when they can
 */
record DestinationTls(String serverName, List<String> names, @Nullable String obstacle) {
  private static final List<String> MODES = List.of("DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL");
  private static final String INSTEAD = "a BackendTLSPolicy takes them from a ConfigMap";

  /** Null when it is not written, or changes nothing at a waypoint. */
  static @Nullable DestinationTls read(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only(
        "mode",
        "clientCertificate",
        "privateKey",
        "caCertificates",
        "credentialName",
        "subjectAltNames",
        "sni",
        "insecureSkipVerify",
        "caCrl");
    String mode = doc.field("mode").oneOf(MODES);
    if (!"SIMPLE".equals(mode) && !"MUTUAL".equals(mode)) {
      doc.warning(
          Code.NOT_SUPPORTED,
          doc.path() + " is not applied at a waypoint: workloads are reached through HBONE");
      return null;
    }
    if (doc.field("insecureSkipVerify").flag(false)) {
      ConnectionPoolReader.without(
          doc.field("insecureSkipVerify"), "certificates are always verified");
    }
    return new DestinationTls(
        doc.field("sni").text(""),
        doc.field("subjectAltNames").texts(),
        obstacle(doc, "MUTUAL".equals(mode)));
  }

  private static @Nullable String obstacle(Doc doc, boolean mutual) {
    for (String field : List.of("caCertificates", "credentialName", "caCrl")) {
      if (doc.has(field)) {
        String why = doc.path() + "." + field + " names what a waypoint does not read";
        doc.field(field).warning(Code.BACKEND_TLS_BROKEN, why + ": nothing is sent", INSTEAD);
        return why;
      }
    }
    if (mutual) {
      String why = doc.path() + ".mode is MUTUAL, and there is no certificate of ours to show";
      doc.field("mode").warning(Code.BACKEND_TLS_BROKEN, why + ": nothing is sent");
      return why;
    }
    return null;
  }

  /**
   * How a host is spoken to; its certificate comes from an authority of the system.
   *
   * @param host that is called
   */
  Origination of(String host) {
    return obstacle == null
        ? Origination.certified(serverName.isEmpty() ? host : serverName, names)
        : new Origination.Not(obstacle);
  }
}
