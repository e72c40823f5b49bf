// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PSSParameterSpec;
import java.util.Set;

/**
 * Whether the cryptography of a certificate is strong enough: a list of what is, not of what is
 * not.
 */
final class Strength {
  private static final int SHORTEST_RSA = 2048;
  private static final int SHORTEST_CURVE = 256;

  /** As {@link X509Certificate#getSigAlgName()} spells them. */
  private static final Set<String> SIGNATURES =
      Set.of(
          "SHA256withECDSA",
          "SHA384withECDSA",
          "SHA512withECDSA",
          "SHA256withRSA",
          "SHA384withRSA",
          "SHA512withRSA",
          "Ed25519",
          "Ed448",
          "EdDSA");

  private static final Set<String> DIGESTS = Set.of("SHA-256", "SHA-384", "SHA-512");

  private Strength() {}

  static boolean suffices(X509Certificate certificate) throws GeneralSecurityException {
    return suffices(certificate.getPublicKey()) && signedWell(certificate);
  }

  private static boolean suffices(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= SHORTEST_RSA;
      case ECPublicKey ec -> ec.getParams().getOrder().bitLength() >= SHORTEST_CURVE;
      case EdECPublicKey _ -> true;
      default -> false;
    };
  }

  private static boolean signedWell(X509Certificate certificate) throws GeneralSecurityException {
    String name = certificate.getSigAlgName();
    return SIGNATURES.contains(name) || name.equals("RSASSA-PSS") && paddedWell(certificate);
  }

  private static boolean paddedWell(X509Certificate certificate) throws GeneralSecurityException {
    byte[] encoded = certificate.getSigAlgParams();
    if (encoded == null) {
      return false;
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
    try {
      parameters.init(encoded);
    } catch (java.io.IOException e) {
      throw new GeneralSecurityException(e);
    }
    return DIGESTS.contains(
        parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
  }
}
