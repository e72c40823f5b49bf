// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/** An issuer whose one token is as long as those of identity providers and good for a long time. */
final class Tokens {
  static final String ISSUER = "https://issuer.bench";

  private static final int KEY_BITS = 2048;
  private static final Date FAR = Date.from(Instant.parse("2100-01-01T00:00:00Z"));

  private final RSAKey key;
  private final String token;

  Tokens() {
    try {
      key = new RSAKeyGenerator(KEY_BITS).keyID("bench").generate();
      var signed =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims());
      signed.sign(new RSASSASigner(key));
      token = signed.serialize();
    } catch (JOSEException e) {
      throw new RigException("no token could be signed", e);
    }
  }

  private static JWTClaimsSet claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .subject("auth0|64f1c0ffee0123456789abcd")
        .audience("https://echo.bench")
        .expirationTime(FAR)
        .claim("azp", "bench-client")
        .claim("scope", "openid profile email echo:read")
        .claim("email", "somebody@bench.example")
        .claim("groups", List.of("readers", "editors"))
        .claim("sid", "0f8fad5b-d9cb-469f-a165-70867728950e")
        .build();
  }

  /** RS256, signed. */
  String token() {
    return token;
  }

  /** The public half as a key set. */
  String keys() {
    return new JWKSet(List.<JWK>of(key.toPublicJWK())).toString();
  }
}
