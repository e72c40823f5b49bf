// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.netty.util.NetUtil;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The root key of the dev mesh at work. */
record Signer(X509Certificate root, PrivateKey key, InstantSource clock, SecureRandom random) {
  private static final X500Name NOBODY = new X500Name(new RDN[0]);

  /** Peers whose clock is a little behind take a new leaf at once. */
  private static final Duration BACKDATED = Duration.ofSeconds(10);

  private static final Duration ROOT_LIFETIME = Duration.ofDays(3650);

  static Signer create(TrustDomain domain, InstantSource clock, SecureRandom random) {
    KeyPair pair = newPair(random);
    X500Name name =
        new X500NameBuilder()
            .addRDN(BCStyle.O, domain.name())
            .addRDN(BCStyle.CN, "waypoint dev root")
            .build();
    Instant now = clock.instant();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            serial(random),
            Date.from(now.minus(BACKDATED)),
            Date.from(now.plus(ROOT_LIFETIME)),
            name,
            pair.getPublic());
    try {
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
          .addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return new Signer(signed(builder, pair.getPrivate()), pair.getPrivate(), clock, random);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("no root certificate could be made", e);
    }
  }

  X509Certificate sign(SpiffeId id, PublicKey subject, Duration lifetime) {
    return sign(
        List.of(new GeneralName(GeneralName.uniformResourceIdentifier, id.uri())),
        subject,
        lifetime);
  }

  X509Certificate signServer(List<String> names, PublicKey subject, Duration lifetime) {
    List<GeneralName> all = new ArrayList<>();
    for (String name : names) {
      boolean address = NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
      all.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
    }
    return sign(all, subject, lifetime);
  }

  private X509Certificate sign(List<GeneralName> names, PublicKey subject, Duration lifetime) {
    Instant now = clock.instant();
    var builder =
        new JcaX509v3CertificateBuilder(
            X500Name.getInstance(root.getSubjectX500Principal().getEncoded()),
            serial(random),
            Date.from(now.minus(BACKDATED)),
            Date.from(now.plus(lifetime)),
            NOBODY,
            subject);
    KeyPurposeId[] purposes = {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth};
    try {
      builder
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(
              Extension.subjectAlternativeName,
              true,
              new GeneralNames(names.toArray(GeneralName[]::new)))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(root));
      return signed(builder, key);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("no certificate could be made for " + names, e);
    }
  }

  KeyPair newPair() {
    return newPair(random);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "Signer[" + root.getSubjectX500Principal() + "]";
  }

  private static KeyPair newPair(SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no P-256", e);
    }
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static BigInteger serial(SecureRandom random) {
    return new BigInteger(127, random).setBit(126);
  }
}
