// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.waypoint.identity.Material;
import java.io.IOException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our certificate and the roots we trust, as JSON. It takes no key into its hands. */
final class CertificateDump {
  private static final Integer URI_NAME = 6;

  private CertificateDump() {}

  /** Writes fields of an object that has begun. */
  static void write(JsonGenerator json, @Nullable Material material) throws IOException {
    json.writeStringField("identity", material == null ? null : material.id().uri());
    json.writeStringField("state", material == null ? "Unavailable" : "Available");
    List<X509Certificate> chain = material == null ? List.of() : material.chain();
    List<X509Certificate> roots = material == null ? List.of() : material.trust().roots();
    write(json, "certChain", chain);
    write(json, "rootCerts", roots);
    json.writeArrayFieldStart("trustDomains");
    if (material != null) {
      for (String domain :
          material.trust().domains().stream().map(Object::toString).sorted().toList()) {
        json.writeString(domain);
      }
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, String name, List<X509Certificate> certificates)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (X509Certificate certificate : certificates) {
      json.writeStartObject();
      json.writeStringField("subject", certificate.getSubjectX500Principal().getName());
      json.writeStringField("issuer", certificate.getIssuerX500Principal().getName());
      json.writeStringField("serialNumber", certificate.getSerialNumber().toString(16));
      json.writeStringField("validFrom", certificate.getNotBefore().toInstant().toString());
      json.writeStringField("expirationTime", certificate.getNotAfter().toInstant().toString());
      writeUris(json, certificate);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeUris(JsonGenerator json, X509Certificate certificate)
      throws IOException {
    json.writeArrayFieldStart("uris");
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (URI_NAME.equals(name.get(0))) {
          json.writeString(String.valueOf(name.get(1)));
        }
      }
    } catch (CertificateParsingException e) {
      json.writeString("unreadable");
    }
    json.writeEndArray();
  }
}
