// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jcajce.provider.asymmetric.ec.KeyFactorySpi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMatchTest {
  private static KeyPair curve(String name) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(name));
    return generator.generateKeyPair();
  }

  private static KeyPair pair(String algorithm) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
  }

  private static PrivateKey with(ECPrivateKey key, BigInteger secret)
      throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePrivate(new ECPrivateKeySpec(secret, key.getParams()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void halvesOfOnePairMatchAndNoOthers(String name) throws GeneralSecurityException {
    for (int i = 0; i < 20; i++) {
      KeyPair one = curve(name);
      KeyPair other = curve(name);
      assertThat(KeyMatch.is(one.getPrivate(), one.getPublic())).isTrue();
      assertThat(KeyMatch.is(one.getPrivate(), other.getPublic())).isFalse();
      assertThat(KeyMatch.is(other.getPrivate(), one.getPublic())).isFalse();
    }
  }

  /** Its point has the same x: a check of that alone would take it. */
  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void neighboursAndTheNegativeDoNotMatch(String name) throws GeneralSecurityException {
    KeyPair pair = curve(name);
    ECPrivateKey own = (ECPrivateKey) pair.getPrivate();
    BigInteger order = own.getParams().getOrder();
    BigInteger secret = own.getS();
    assertThat(KeyMatch.is(with(own, secret), pair.getPublic())).isTrue();
    for (BigInteger wrong :
        new BigInteger[] {
          order.subtract(secret),
          secret.add(BigInteger.ONE).mod(order),
          secret.subtract(BigInteger.ONE),
          BigInteger.ONE,
          order.subtract(BigInteger.ONE)
        }) {
      assertThat(KeyMatch.is(with(own, wrong), pair.getPublic())).isFalse();
    }
  }

  /** The JDK makes a key of any number. */
  @Test
  void numbersThatAreNoSecretDoNotMatch() throws GeneralSecurityException {
    KeyPair pair = curve("secp256r1");
    ECPrivateKey own = (ECPrivateKey) pair.getPrivate();
    BigInteger order = own.getParams().getOrder();
    for (BigInteger wrong :
        new BigInteger[] {
          BigInteger.ZERO, order, own.getS().add(order), own.getS().subtract(order)
        }) {
      assertThat(KeyMatch.is(new Numbered(wrong, own.getParams()), pair.getPublic())).isFalse();
    }
    assertThat(KeyMatch.is(new Numbered(own.getS(), own.getParams()), pair.getPublic())).isTrue();
  }

  /** What another provider might hand out. */
  private record Numbered(BigInteger secret, ECParameterSpec curve) implements ECPrivateKey {
    @Override
    public BigInteger getS() {
      return secret;
    }

    @Override
    public ECParameterSpec getParams() {
      return curve;
    }

    @Override
    public String getAlgorithm() {
      return "EC";
    }

    @Override
    public String getFormat() {
      return "none";
    }

    @Override
    public byte[] getEncoded() {
      return new byte[0];
    }
  }

  @Test
  void otherCurvesAndKindsDoNotMatch() throws GeneralSecurityException {
    KeyPair p256 = curve("secp256r1");
    KeyPair p384 = curve("secp384r1");
    KeyPair rsa = pair("RSA");
    KeyPair edwards = pair("Ed25519");
    assertThat(KeyMatch.is(p256.getPrivate(), p384.getPublic())).isFalse();
    assertThat(KeyMatch.is(p384.getPrivate(), p256.getPublic())).isFalse();
    assertThat(KeyMatch.is(p256.getPrivate(), rsa.getPublic())).isFalse();
    assertThat(KeyMatch.is(rsa.getPrivate(), p256.getPublic())).isFalse();
    assertThat(KeyMatch.is(edwards.getPrivate(), rsa.getPublic())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "Ed25519"})
  void otherKindsSign(String algorithm) throws GeneralSecurityException {
    KeyPair one = pair(algorithm);
    assertThat(KeyMatch.is(one.getPrivate(), one.getPublic())).isTrue();
    assertThat(KeyMatch.is(one.getPrivate(), pair(algorithm).getPublic())).isFalse();
  }

  @Test
  void bouncyCastlesKeysAreKeysToo() throws Exception {
    KeyPair pair = curve("secp256r1");
    PrivateKey read =
        new KeyFactorySpi.EC()
            .generatePrivate(PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded()));
    assertThat(KeyMatch.is(read, pair.getPublic())).isTrue();
    assertThat(KeyMatch.is(read, curve("secp256r1").getPublic())).isFalse();
  }
}
