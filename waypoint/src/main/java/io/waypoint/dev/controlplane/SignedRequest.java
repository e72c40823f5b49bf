// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.vertx.grpc.common.GrpcStatus;
import io.waypoint.rbac.identity.SpiffeId;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants certified, after it has proven that the key is its own.
 *
 * @param name the one URI among the names, or null when there is none
 */
record SignedRequest(PublicKey key, @Nullable String name) {
  private static final int SHORTEST_RSA = 2048;
  private static final int SHORTEST_CURVE = 256;

  static SignedRequest parse(String pem) throws RefusedCallException {
    try (var parser = new PEMParser(new StringReader(pem))) {
      if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
        throw invalid("the csr is not a certificate signing request in PEM");
      }
      PublicKey key = new JcaPKCS10CertificationRequest(parsed).getPublicKey();
      if (!parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw invalid("the csr is not signed with its own key");
      }
      if (!isStrong(key)) {
        throw invalid("the key of the csr is too weak");
      }
      return new SignedRequest(key, uri(parsed.getRequestedExtensions()));
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | IllegalArgumentException
        | IllegalStateException e) {
      throw invalid("the csr cannot be read");
    }
  }

  /** The identity that it asks for. */
  SpiffeId identity() throws RefusedCallException {
    if (name == null) {
      throw invalid("the csr names nobody");
    }
    return identity(name);
  }

  static SpiffeId identity(String uri) throws RefusedCallException {
    try {
      return SpiffeId.parse(uri);
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String uri(@Nullable Extensions extensions) {
    GeneralNames names =
        extensions == null
            ? null
            : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
    String found = null;
    for (GeneralName name : names == null ? new GeneralName[0] : names.getNames()) {
      if (found != null || name.getTagNo() != GeneralName.uniformResourceIdentifier) {
        throw new IllegalArgumentException("more than one URI");
      }
      found = ASN1IA5String.getInstance(name.getName()).getString();
    }
    return found;
  }

  private static boolean isStrong(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec -> ec.getParams().getOrder().bitLength() >= SHORTEST_CURVE;
      case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= SHORTEST_RSA;
      default -> false;
    };
  }

  private static RefusedCallException invalid(String message) {
    return new RefusedCallException(GrpcStatus.INVALID_ARGUMENT, message);
  }
}
