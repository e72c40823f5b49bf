// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/**
 * The URIs among a certificate's subject alternative names, byte for byte. The JDK's own accessor
 * goes through {@code java.net.URI} and drops what that does not like; here nothing is dropped, so
 * that a second, odd URI cannot hide.
 */
final class UriNames {
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

  private UriNames() {}

  /** One character a byte; throws some runtime exception if the extension is not what it says. */
  static List<String> of(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(SUBJECT_ALTERNATIVE_NAME);
    if (extension == null) {
      return List.of();
    }
    List<String> uris = new ArrayList<>(1);
    byte[] names = ASN1OctetString.getInstance(extension).getOctets();
    for (GeneralName name : GeneralNames.getInstance(names).getNames()) {
      if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
        uris.add(ASN1IA5String.getInstance(name.getName()).getString());
      }
    }
    return uris;
  }
}
