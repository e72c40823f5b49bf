// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** An authority that signs whatever a test wants, good and bad. */
public final class TestCa {
  /** Certificates of this class are valid from a minute before to an hour after. */
  public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  /** Signs with digests that the JDK refuses. */
  private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

  private static long serials;

  private final X509Certificate certificate;
  private final KeyPair keys;

  private TestCa(X509Certificate certificate, KeyPair keys) {
    this.certificate = certificate;
    this.keys = keys;
  }

  public static TestCa create(String name) {
    return create(name, ec("secp256r1"), NOW);
  }

  /** A root that begins a minute before this moment. */
  public static TestCa create(String name, KeyPair keys, Instant from) {
    var self = new Leaf(name, keys.getPrivate()).subject(name).keys(keys).authority();
    return new TestCa(self.valid(from.minusSeconds(60), from.plusSeconds(3600)).build(), keys);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  KeyPair keys() {
    return keys;
  }

  /** An authority below this one. */
  public TestCa intermediate(String name) {
    KeyPair own = ec("secp256r1");
    return new TestCa(leaf().subject(name).keys(own).authority().build(), own);
  }

  /** The same key and name, signed by another. */
  public X509Certificate crossSignedBy(TestCa other) {
    String name = certificate.getSubjectX500Principal().getName().substring("CN=".length());
    return other.leaf().subject(name).keys(keys).authority().build();
  }

  /** A revocation list, as PEM, that takes one certificate back. */
  String revoking(X509Certificate taken) {
    try {
      var issuer = new X500Name(certificate.getSubjectX500Principal().getName());
      var builder = new X509v2CRLBuilder(issuer, Date.from(NOW));
      builder.addCRLEntry(taken.getSerialNumber(), Date.from(NOW), CRLReason.keyCompromise);
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").setProvider(BOUNCY_CASTLE);
      return Pem.write(List.of(builder.build(signer.build(keys.getPrivate()))));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A certificate below this authority; as built it is good except that it has no name. */
  public Leaf leaf() {
    String issuer = certificate.getSubjectX500Principal().getName().substring("CN=".length());
    return new Leaf(issuer, keys.getPrivate());
  }

  public static KeyPair ec(String curve) {
    return pair("EC", new ECGenParameterSpec(curve));
  }

  public static KeyPair rsa(int bits) {
    return pair("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
  }

  private static KeyPair pair(String algorithm, AlgorithmParameterSpec specification) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(specification);
      return generator.generateKeyPair();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One certificate in the making. */
  public static final class Leaf {
    private final String issuer;
    private final PrivateKey issuerKey;
    private final List<GeneralName> names = new ArrayList<>();
    private String subject = "leaf";
    private KeyPair keys = ec("secp256r1");
    private Instant from = NOW.minusSeconds(60);
    private Instant until = NOW.plus(Duration.ofHours(1));
    private boolean authority;
    private int usage = KeyUsage.digitalSignature;
    private KeyPurposeId @Nullable [] purposes = {
      KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
    };
    private @Nullable String signature;

    private Leaf(String issuer, PrivateKey issuerKey) {
      this.issuer = issuer;
      this.issuerKey = issuerKey;
    }

    /** One more URI; each character is one byte, unchecked. */
    public Leaf uri(String uri) {
      names.add(new GeneralName(GeneralName.uniformResourceIdentifier, new DERIA5String(uri)));
      return this;
    }

    public Leaf dns(String name) {
      names.add(new GeneralName(GeneralName.dNSName, name));
      return this;
    }

    public Leaf subject(String name) {
      subject = name;
      return this;
    }

    public Leaf keys(KeyPair pair) {
      keys = pair;
      return this;
    }

    public Leaf valid(Instant begin, Instant end) {
      from = begin;
      until = end;
      return this;
    }

    /** No argument: an extended key usage is absent. */
    public Leaf purposes(KeyPurposeId... allowed) {
      purposes = allowed.length == 0 ? null : allowed;
      return this;
    }

    public Leaf usage(int bits) {
      usage = bits;
      return this;
    }

    public Leaf authority() {
      authority = true;
      purposes = null;
      return usage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
    }

    public Leaf basicConstraintsOfAnAuthority() {
      authority = true;
      return this;
    }

    public Leaf signature(String algorithm) {
      signature = algorithm;
      return this;
    }

    public X509Certificate build() {
      try {
        var builder =
            new JcaX509v3CertificateBuilder(
                new X500Name("CN=" + issuer),
                BigInteger.valueOf(++serials),
                Date.from(from),
                Date.from(until),
                new X500Name("CN=" + subject),
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        if (purposes != null) {
          builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        }
        if (!names.isEmpty()) {
          // Not critical: the JDK would not even build an object of a malformed critical name.
          builder.addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(names.toArray(new GeneralName[0])));
        }
        String algorithm =
            signature != null
                ? signature
                : issuerKey.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        return new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder(algorithm)
                        .setProvider(BOUNCY_CASTLE)
                        .build(issuerKey)));
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    /** With its key, trusting one bundle. */
    public Material material(TrustBundle trust, X509Certificate... above) {
      List<X509Certificate> chain = new ArrayList<>(List.of(build()));
      chain.addAll(List.of(above));
      return Material.of(keys.getPrivate(), chain, trust);
    }
  }
}
