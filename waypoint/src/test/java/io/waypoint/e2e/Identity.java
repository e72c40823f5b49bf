// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;

/** Certificates as the files that {@code waypoint run --certs} reads. */
final class Identity {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Identity() {}

  static void write(Path folder, Material material, DevCa ca)
      throws IOException, CertificateEncodingException {
    Files.writeString(folder.resolve("root-cert.pem"), ca.rootPem());
    Files.writeString(
        folder.resolve("cert-chain.pem"), pem("CERTIFICATE", material.leaf().getEncoded()));
    Files.writeString(folder.resolve("key.pem"), pem("PRIVATE KEY", material.key().getEncoded()));
  }

  private static String pem(String what, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, LINES.encodeToString(content), what);
  }
}
