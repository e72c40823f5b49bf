// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.WNafL2RMultiplier;
import org.jspecify.annotations.Nullable;

/** Whether a private key is the other half of a public one. */
final class KeyMatch {
  private static final byte[] PROBE = "one pair?".getBytes(US_ASCII);

  private KeyMatch() {}

  static boolean is(PrivateKey key, PublicKey published) {
    X9ECParameters curve = CustomNamedCurves.getByName("P-256");
    if (key instanceof ECPrivateKey own
        && published instanceof ECPublicKey shown
        && isOf(curve, own.getParams())
        && isOf(curve, shown.getParams())) {
      return is(curve, own.getS(), shown.getW());
    }
    try {
      return verifiesWhatItSigns(key, published);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean isOf(X9ECParameters curve, @Nullable ECParameterSpec described) {
    return described != null
        && curve.getN().equals(described.getOrder())
        && is(curve.getG().normalize(), described.getGenerator());
  }

  /**
   * The public point, made anew. The JDK's first signature, and its first look at one, begin with a
   * table of multiples that took an eighth of our start, and a mesh has keys of this curve. How
   * long it takes depends on the secret, once for each key, and nobody outside is waiting for it.
   */
  private static boolean is(
      X9ECParameters curve, BigInteger secret, java.security.spec.ECPoint shown) {
    return secret.signum() > 0
        && secret.compareTo(curve.getN()) < 0
        && is(new WNafL2RMultiplier().multiply(curve.getG(), secret).normalize(), shown);
  }

  private static boolean is(ECPoint made, java.security.spec.ECPoint shown) {
    return made.getAffineXCoord().toBigInteger().equals(shown.getAffineX())
        && made.getAffineYCoord().toBigInteger().equals(shown.getAffineY());
  }

  private static boolean verifiesWhatItSigns(PrivateKey key, PublicKey published)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC", "ECDSA" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(published);
    signature.update(PROBE);
    return signature.verify(signed);
  }
}
