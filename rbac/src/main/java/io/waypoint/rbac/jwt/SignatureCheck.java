// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one public key can verify. There is no way to a shared secret here: HMAC and {@code none}
 * are not among the algorithms, whatever a token says.
 */
sealed interface SignatureCheck {
  Set<String> RSA = Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
  Set<String> ALL =
      Set.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

  /** NIST SP 800-131A: shorter ones are not fit for signatures. */
  int SHORTEST_RSA = 2048;

  static boolean knows(String algorithm) {
    return ALL.contains(algorithm);
  }

  /** Null for a key that verifies nothing: a secret, a short one, one of another curve. */
  static @Nullable SignatureCheck of(JWK key) {
    try {
      return switch (key) {
        case RSAKey rsa when rsa.size() >= SHORTEST_RSA ->
            new Library(RSA, new RSASSAVerifier(rsa.toRSAPublicKey()));
        case ECKey ec -> elliptic(ec);
        case OctetKeyPair okp when okp.getCurve().equals(Curve.Ed25519) ->
            new Edwards(edwards(okp.getX().decode()));
        default -> null;
      };
    } catch (JOSEException | GeneralSecurityException | RuntimeException e) {
      return null;
    }
  }

  private static @Nullable SignatureCheck elliptic(ECKey key) throws JOSEException {
    Curve curve = key.getCurve();
    String algorithm = null;
    if (curve.equals(Curve.P_256)) {
      algorithm = "ES256";
    } else if (curve.equals(Curve.P_384)) {
      algorithm = "ES384";
    } else if (curve.equals(Curve.P_521)) {
      algorithm = "ES512";
    }
    return algorithm == null
        ? null
        : new Library(Set.of(algorithm), new ECDSAVerifier(key.toECPublicKey()));
  }

  /** RFC 8032 section 5.1.5: little-endian y, its highest bit is the sign of x. */
  private static PublicKey edwards(byte[] encoded) throws GeneralSecurityException {
    if (encoded.length != 32) {
      throw new IllegalArgumentException("an Ed25519 key has 32 bytes");
    }
    byte[] y = new byte[32];
    for (int i = 0; i < 32; i++) {
      y[i] = encoded[31 - i];
    }
    boolean odd = (y[0] & 0x80) != 0;
    y[0] &= 0x7f;
    var point = new EdECPoint(odd, new BigInteger(1, y));
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }

  private static byte[] ascii(Token token) {
    return token.signed().getBytes(StandardCharsets.US_ASCII);
  }

  boolean fits(String algorithm);

  boolean verifies(Token token) throws JOSEException, GeneralSecurityException;

  /** RSA and elliptic curves, by Nimbus. */
  record Library(Set<String> algorithms, JWSVerifier verifier) implements SignatureCheck {
    @Override
    public boolean fits(String algorithm) {
      return algorithms.contains(algorithm);
    }

    @Override
    public boolean verifies(Token token) throws JOSEException {
      var header = new JWSHeader(JWSAlgorithm.parse(token.algorithm()));
      return verifier.verify(header, ascii(token), new Base64URL(token.signature()));
    }
  }

  /** Nimbus would need another library for Ed25519; the JDK has it. */
  record Edwards(PublicKey key) implements SignatureCheck {
    @Override
    public boolean fits(String algorithm) {
      return algorithm.equals("EdDSA");
    }

    @Override
    public boolean verifies(Token token) throws GeneralSecurityException {
      byte[] bytes = Base64.getUrlDecoder().decode(token.signature());
      if (bytes.length != 64) {
        return false;
      }
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(key);
      signature.update(ascii(token));
      return signature.verify(bytes);
    }
  }
}
