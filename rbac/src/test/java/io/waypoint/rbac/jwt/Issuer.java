// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;

/** Somebody who signs tokens, by hand, so that they can be as wrong as a test wants. */
final class Issuer {
  private final JWK key;
  private final JWSSigner signer;

  private Issuer(JWK key, JWSSigner signer) {
    this.key = key;
    this.signer = signer;
  }

  static Issuer rsa(String keyId) {
    try {
      RSAKey key = new RSAKeyGenerator(2048).keyID(keyId).generate();
      return new Issuer(key, new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  static Issuer ec(Curve curve, String keyId) {
    try {
      ECKey key = new ECKeyGenerator(curve).keyID(keyId).generate();
      return new Issuer(key, new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  JWK key() {
    return key;
  }

  /** The public key set. */
  String jwks() {
    return new JWKSet(key).toString();
  }

  static String jwks(Issuer... issuers) {
    return new JWKSet(List.of(issuers).stream().map(Issuer::key).toList()).toString();
  }

  /** A token with the key's id. */
  String token(String algorithm, String claims) {
    return token(
        algorithm, "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + key.getKeyID() + "\"}", claims);
  }

  /**
   * @param algorithm of the signature, whatever the header says
   */
  String token(String algorithm, String header, String claims) {
    String signed = part(header) + "." + part(claims);
    try {
      byte[] signature =
          signer
              .sign(
                  new JWSHeader(JWSAlgorithm.parse(algorithm)),
                  signed.getBytes(StandardCharsets.US_ASCII))
              .decode();
      return signed + "." + part(signature);
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  static String edwards(PrivateKey key, String keyId, String claims) {
    String signed = part("{\"alg\":\"EdDSA\",\"kid\":\"" + keyId + "\"}") + "." + part(claims);
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + part(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String part(String json) {
    return part(json.getBytes(StandardCharsets.UTF_8));
  }

  static String part(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
