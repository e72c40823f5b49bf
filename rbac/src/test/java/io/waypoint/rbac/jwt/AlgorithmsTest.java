// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.EdECPublicKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlgorithmsTest {
  private static final String CLAIMS = "{\"iss\":\"i\",\"sub\":\"s\"}";
  private static final Issuer RSA = Issuer.rsa("rsa");

  private static @Nullable TokenRefusal refusal(String token, String jwks) {
    return switch (Token.read(token)) {
      case TokenReading.Unreadable(var reason) -> reason;
      case Token read -> Keys.parse(jwks).refusal(read);
    };
  }

  /** The last character may carry bits that no byte uses; the first one never does. */
  private static String spoilt(String token) {
    int signature = token.lastIndexOf('.') + 1;
    char other = token.charAt(signature) == 'A' ? 'B' : 'A';
    return token.substring(0, signature) + other + token.substring(signature + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void verifiesRsa(String algorithm) {
    String token = RSA.token(algorithm, CLAIMS);
    assertThat(refusal(token, RSA.jwks())).isNull();
    assertThat(refusal(spoilt(token), RSA.jwks())).isEqualTo(TokenRefusal.SIGNATURE);
  }

  @ParameterizedTest
  @CsvSource({"ES256,P-256", "ES384,P-384", "ES512,P-521"})
  void verifiesEllipticCurves(String algorithm, String curve) {
    Issuer issuer = Issuer.ec(Curve.parse(curve), "ec");
    String token = issuer.token(algorithm, CLAIMS);
    assertThat(refusal(token, issuer.jwks())).isNull();
    assertThat(refusal(spoilt(token), issuer.jwks())).isEqualTo(TokenRefusal.SIGNATURE);
  }

  @Test
  void verifiesEdwardsCurves() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    String token = Issuer.edwards(pair.getPrivate(), "ed", CLAIMS);
    String jwks = edwards((EdECPublicKey) pair.getPublic());
    assertThat(refusal(token, jwks)).isNull();
    assertThat(refusal(spoilt(token), jwks)).isEqualTo(TokenRefusal.SIGNATURE);
    KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    assertThat(refusal(token, edwards((EdECPublicKey) other.getPublic())))
        .isEqualTo(TokenRefusal.SIGNATURE);
  }

  private static String edwards(EdECPublicKey key) {
    byte[] y = key.getPoint().getY().toByteArray();
    byte[] encoded = new byte[32];
    for (int i = 0; i < Math.min(32, y.length); i++) {
      encoded[i] = y[y.length - 1 - i];
    }
    if (key.getPoint().isXOdd()) {
      encoded[31] |= (byte) 0x80;
    }
    return """
    {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"ed","x":"%s"}]}\
    """
        .formatted(Issuer.part(encoded));
  }

  /** An all-zero signature was accepted by JDKs of 2022 (CVE-2022-21449). */
  @Test
  void refusesTheSignatureOfZeros() {
    Issuer issuer = Issuer.ec(Curve.P_256, "ec");
    String token = issuer.token("ES256", CLAIMS);
    String zeros = token.substring(0, token.lastIndexOf('.') + 1) + Issuer.part(new byte[64]);
    assertThat(refusal(zeros, issuer.jwks())).isEqualTo(TokenRefusal.SIGNATURE);
  }

  @Test
  void aKeyVerifiesItsOwnAlgorithmsOnly() {
    Issuer ec = Issuer.ec(Curve.P_256, "k");
    Issuer rsa = Issuer.rsa("k");
    assertThat(refusal(rsa.token("RS256", CLAIMS), ec.jwks())).isEqualTo(TokenRefusal.NO_KEY);
    assertThat(refusal(rsa.token("RS256", CLAIMS), Issuer.jwks(ec, rsa))).isNull();
    assertThat(refusal(ec.token("ES256", CLAIMS), Issuer.jwks(rsa, ec))).isNull();
  }

  @Test
  void theAlgorithmOfAKeyBinds() {
    String jwks = RSA.jwks().replace("\"kty\"", "\"alg\":\"PS256\",\"kty\"");
    assertThat(refusal(RSA.token("PS256", CLAIMS), jwks)).isNull();
    assertThat(refusal(RSA.token("RS256", CLAIMS), jwks)).isEqualTo(TokenRefusal.NO_KEY);
  }

  @Test
  void withoutAKeyIdEveryKeyIsTried() {
    Issuer other = Issuer.rsa("other");
    String token = RSA.token("RS256", "{\"alg\":\"RS256\"}", CLAIMS);
    assertThat(refusal(token, Issuer.jwks(other, RSA))).isNull();
    assertThat(refusal(token, other.jwks())).isEqualTo(TokenRefusal.SIGNATURE);
  }

  @Test
  void keysThatVerifyNothingAreNone() {
    String encrypts = RSA.jwks().replace("\"kty\"", "\"use\":\"enc\",\"kty\"");
    String secret = "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}";
    for (String jwks : List.of(encrypts, secret, "{\"keys\":[]}", "{}", "[]", "<html>", "")) {
      assertThatThrownBy(() -> Keys.parse(jwks)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatTwoReadersCouldUnderstandDifferentlyIsRefused() {
    String twice = "{\"iss\":\"i\",\"sub\":\"user\",\"sub\":\"admin\"}";
    assertThat(refusal(RSA.token("RS256", twice), RSA.jwks())).isEqualTo(TokenRefusal.PAYLOAD);
    String nested = "{\"iss\":\"i\",\"a\":{\"r\":\"user\",\"r\":\"admin\"}}";
    assertThat(refusal(RSA.token("RS256", nested), RSA.jwks())).isEqualTo(TokenRefusal.PAYLOAD);
    String header = "{\"alg\":\"none\",\"alg\":\"RS256\"}";
    assertThat(refusal(RSA.token("RS256", header, CLAIMS), RSA.jwks()))
        .isEqualTo(TokenRefusal.HEADER);
    String deep = "{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}";
    assertThat(refusal(RSA.token("RS256", deep), RSA.jwks())).isEqualTo(TokenRefusal.PAYLOAD);
    assertThat(refusal(RSA.token("RS256", "[1]"), RSA.jwks())).isEqualTo(TokenRefusal.PAYLOAD);
    assertThat(refusal(RSA.token("RS256", "{\"exp\":\"soon\"}"), RSA.jwks())).isNull();
  }

  @Test
  void whatIsTooLargeIsNotRead() {
    assertThat(refusal("a".repeat(Token.LONGEST + 1), RSA.jwks()))
        .isEqualTo(TokenRefusal.TOO_LARGE);
  }
}
