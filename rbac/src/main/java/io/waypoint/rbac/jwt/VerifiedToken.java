// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token whose signature a key of its issuer made, with everything that a request needs of it.
 *
 * @param keys among which that key is
 * @param claims as policy sees them: claims of words are lists
 * @param outputs the fields that the application gets
 * @param notBefore in seconds since 1970, without skew; likewise {@code expires}
 * @param length of the token, in characters
 */
public record VerifiedToken(
    JwtRule rule,
    Keys keys,
    Map<String, Object> claims,
    List<Output> outputs,
    long notBefore,
    long expires,
    int length) {
  /** A header field; the name is in lower case, the value has one character a byte. */
  public record Output(String name, String value) {}

  /** How far clocks may differ, in seconds. */
  static final long SKEW = 60;

  /** Claims that are words with spaces between, whatever the rule says. */
  private static final List<String> WORDS = List.of("scope", "permission");

  static VerifiedToken of(Token token, JwtRule rule, Keys keys, Validity validity, int length) {
    return new VerifiedToken(
        rule,
        keys,
        claims(token, rule),
        outputs(token, rule.output()),
        validity.notBefore(),
        validity.expires(),
        length);
  }

  /**
   * @param notBefore in seconds since 1970; likewise {@code expires}
   */
  record Validity(long notBefore, long expires) {
    /** Null when a date is no number. */
    static @Nullable Validity of(Map<String, Object> claims) {
      Object notBefore = claims.getOrDefault("nbf", Long.MIN_VALUE);
      Object expires = claims.getOrDefault("exp", Long.MAX_VALUE);
      return notBefore instanceof Number from && expires instanceof Number until
          ? new Validity(from.longValue(), until.longValue())
          : null;
    }

    @Nullable TokenRefusal refusal(long now) {
      return outOfTime(notBefore, expires, now);
    }
  }

  private static @Nullable TokenRefusal outOfTime(long notBefore, long expires, long now) {
    if (now - SKEW > expires) {
      return TokenRefusal.EXPIRED;
    }
    return now + SKEW < notBefore ? TokenRefusal.NOT_YET : null;
  }

  /** Null while it is valid. */
  @Nullable TokenRefusal refusal(long now) {
    return outOfTime(notBefore, expires, now);
  }

  private static Map<String, Object> claims(Token token, JwtRule rule) {
    Map<String, Object> claims = new LinkedHashMap<>(token.claims());
    WORDS.forEach(name -> claims.computeIfPresent(name, (same, value) -> words(value)));
    rule.spaceDelimited()
        .forEach(name -> claims.computeIfPresent(name, (same, value) -> words(value)));
    return claims;
  }

  private static Object words(Object value) {
    return value instanceof String text
        ? Arrays.stream(text.split(" ", -1)).filter(word -> !word.isEmpty()).toList()
        : value;
  }

  private static List<Output> outputs(Token token, TokenOutput wanted) {
    List<Output> outputs = new ArrayList<>();
    if (!wanted.payloadHeader().isEmpty()) {
      outputs.add(new Output(wanted.payloadHeader(), token.payload()));
    }
    for (TokenOutput.ClaimHeader claim : wanted.claims()) {
      String value = text(find(token.claims(), claim.claim()));
      if (value != null) {
        outputs.add(new Output(claim.header(), value));
      }
    }
    return List.copyOf(outputs);
  }

  private static @Nullable Object find(Map<String, Object> claims, String path) {
    Object value = claims;
    for (String name : path.split("\\.", -1)) {
      if (!(value instanceof Map<?, ?> map)) {
        return null;
      }
      value = map.get(name);
    }
    return value;
  }

  /** A value as a field may carry it; null for lists, objects and what could end a field. */
  private static @Nullable String text(@Nullable Object claim) {
    if (claim instanceof Number || claim instanceof Boolean) {
      return claim.toString();
    }
    if (!(claim instanceof String text)) {
      return null;
    }
    String wire = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    for (int i = 0; i < wire.length(); i++) {
      if (wire.charAt(i) < ' ' || wire.charAt(i) == 0x7f) {
        return null;
      }
    }
    return wire.strip();
  }
}
