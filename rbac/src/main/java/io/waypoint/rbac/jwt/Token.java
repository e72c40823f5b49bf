// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import io.waypoint.rbac.jwt.StrictJson.MalformedJsonException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token that could be read. Nothing it says is true yet.
 *
 * @param algorithm one that we verify, for example {@code ES256}
 * @param signed what the signature is over, in ASCII
 * @param signature in Base64url
 * @param payload as it stands in the token
 */
record Token(
    String algorithm,
    @Nullable String keyId,
    Map<String, Object> claims,
    String signed,
    String signature,
    String payload)
    implements TokenReading {
  /** Longer ones are not looked at, in characters. */
  static final int LONGEST = 16 * 1024;

  static TokenReading read(String text) {
    if (text.length() > LONGEST) {
      return new TokenReading.Unreadable(TokenRefusal.TOO_LARGE);
    }
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first <= 0 || second <= first + 1 || text.indexOf('.', second + 1) >= 0) {
      return new TokenReading.Unreadable(TokenRefusal.FORM);
    }
    Map<String, Object> header = object(text.substring(0, first));
    if (header == null) {
      return new TokenReading.Unreadable(TokenRefusal.HEADER);
    }
    if (header.containsKey("crit")) {
      return new TokenReading.Unreadable(TokenRefusal.CRITICAL);
    }
    if (!(header.get("alg") instanceof String algorithm) || !SignatureCheck.knows(algorithm)) {
      return new TokenReading.Unreadable(TokenRefusal.ALGORITHM);
    }
    Object keyId = header.get("kid");
    if (keyId != null && !(keyId instanceof String)) {
      return new TokenReading.Unreadable(TokenRefusal.HEADER);
    }
    String payload = text.substring(first + 1, second);
    Map<String, Object> claims = object(payload);
    if (claims == null) {
      return new TokenReading.Unreadable(TokenRefusal.PAYLOAD);
    }
    String signature = text.substring(second + 1);
    if (signature.isEmpty() || decoded(signature) == null) {
      return new TokenReading.Unreadable(TokenRefusal.SIGNATURE_FORM);
    }
    return new Token(
        algorithm, (String) keyId, claims, text.substring(0, second), signature, payload);
  }

  private static @Nullable Map<String, Object> object(String part) {
    byte[] json = decoded(part);
    try {
      return json == null ? null : StrictJson.object(json);
    } catch (MalformedJsonException e) {
      return null;
    }
  }

  /** Base64url without padding (RFC 7515 section 2); null when it is something else. */
  private static byte @Nullable [] decoded(String part) {
    try {
      return part.indexOf('=') >= 0 ? null : Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Text claims only; null when it is absent or something else. */
  @Nullable String text(String claim) {
    return claims.get(claim) instanceof String text ? text : null;
  }
}
