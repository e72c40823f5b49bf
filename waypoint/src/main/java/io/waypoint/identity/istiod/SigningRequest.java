// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import io.waypoint.rbac.identity.SpiffeId;
import java.io.IOException;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A new key and the request to certify it, as a ztunnel makes it: P-256, no subject, one critical
 * URI. The key exists in memory alone.
 */
final class SigningRequest {
  private static final X500Name NOBODY = new X500Name(new RDN[0]);

  private final PrivateKey key;
  private final String pem;

  private SigningRequest(PrivateKey key, String pem) {
    this.key = key;
    this.pem = pem;
  }

  static SigningRequest create(SpiffeId id, SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      var extensions = new ExtensionsGenerator();
      var name = new GeneralName(GeneralName.uniformResourceIdentifier, id.uri());
      extensions.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(name));
      var request =
          new JcaPKCS10CertificationRequestBuilder(NOBODY, pair.getPublic())
              .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
      var text = new StringWriter();
      try (var writer = new JcaPEMWriter(text)) {
        writer.writeObject(request);
      }
      return new SigningRequest(pair.getPrivate(), text.toString());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("no request for a certificate could be made", e);
    }
  }

  PrivateKey key() {
    return key;
  }

  String pem() {
    return pem;
  }
}
