// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import io.waypoint.rbac.jwt.StrictJson.MalformedJsonException;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of an issuer (RFC 7517). Two sets are equal when they were written in the same
 * words, so that a refresh without news changes nothing.
 */
public final class Keys {
  /** None were ever had. There is no stand-in key: whatever is signed fails. */
  public static final Keys NONE = new Keys("", List.of());

  private final String text;
  private final List<Key> keys;

  private record Key(@Nullable String id, @Nullable String algorithm, SignatureCheck check) {
    boolean fits(Token token) {
      boolean named = id == null || token.keyId() == null || id.equals(token.keyId());
      return named
          && (algorithm == null || algorithm.equals(token.algorithm()))
          && check.fits(token.algorithm());
    }
  }

  private Keys(String text, List<Key> keys) {
    this.text = text;
    this.keys = keys;
  }

  /**
   * Reads a JWK Set. Keys that verify nothing are left out.
   *
   * @throws IllegalArgumentException when it is none, or nothing is left
   */
  public static Keys parse(String json) {
    List<Key> keys = new ArrayList<>();
    try {
      StrictJson.object(json);
      for (JWK key : JWKSet.parse(json).getKeys()) {
        Algorithm algorithm = key.getAlgorithm();
        SignatureCheck check = SignatureCheck.of(key);
        if (check != null && (key.getKeyUse() == null || key.getKeyUse() == KeyUse.SIGNATURE)) {
          keys.add(new Key(key.getKeyID(), algorithm == null ? null : algorithm.getName(), check));
        }
      }
    } catch (MalformedJsonException | ParseException e) {
      throw new IllegalArgumentException("not a JSON Web Key Set: " + e.getMessage(), e);
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("the key set has no key that verifies signatures");
    }
    return new Keys(json, List.copyOf(keys));
  }

  public boolean isEmpty() {
    return keys.isEmpty();
  }

  public int size() {
    return keys.size();
  }

  /** Null when one of the keys made the signature. */
  @Nullable TokenRefusal refusal(Token token) {
    if (isEmpty()) {
      return TokenRefusal.NO_KEYS;
    }
    boolean tried = false;
    for (Key key : keys) {
      if (key.fits(token)) {
        tried = true;
        if (made(key, token)) {
          return null;
        }
      }
    }
    return tried ? TokenRefusal.SIGNATURE : TokenRefusal.NO_KEY;
  }

  private static boolean made(Key key, Token token) {
    try {
      return key.check().verifies(token);
    } catch (JOSEException | GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Keys keys && text.equals(keys.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** How many there are; the keys themselves are public but long. */
  @Override
  public String toString() {
    return keys.size() + " keys";
  }
}
