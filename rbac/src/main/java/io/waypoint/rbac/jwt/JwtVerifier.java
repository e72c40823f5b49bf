// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges tokens at one moment. What is cheap is looked at first, so that only a token that could be
 * good costs the check of a signature, and only such a one can cause a fetch of keys.
 *
 * @param now in seconds since 1970
 */
record JwtVerifier(KeySource source, VerifiedTokens seen, long now) {
  sealed interface Outcome {}

  record Accepted(VerifiedToken token) implements Outcome {}

  /**
   * @param fetch newer keys may change the outcome; null when nothing can
   */
  record Refused(TokenRefusal reason, KeyLocation.@Nullable Remote fetch) implements Outcome {}

  /**
   * @param rules those that look where the token stood
   */
  Outcome judge(String text, List<JwtRule> rules) {
    if (text.length() > Token.LONGEST) {
      return new Refused(TokenRefusal.TOO_LARGE, null);
    }
    VerifiedTokens.Digest digest = seen.digest(text);
    VerifiedToken known = seen.get(digest);
    if (known != null) {
      VerifiedToken still = stillGood(known, rules);
      if (still != null) {
        if (still != known) {
          seen.put(digest, still);
        }
        return new Accepted(still);
      }
      seen.remove(digest);
    }
    Outcome outcome =
        switch (Token.read(text)) {
          case TokenReading.Unreadable(var reason) -> new Refused(reason, null);
          case Token token -> judge(token, rules, text.length());
        };
    if (outcome instanceof Accepted(var token)) {
      seen.put(digest, token);
    }
    return outcome;
  }

  /** The token with the rule and the keys of today, which may be equal ones of a new world. */
  private @Nullable VerifiedToken stillGood(VerifiedToken known, List<JwtRule> rules) {
    if (known.refusal(now) != null) {
      return null;
    }
    for (int i = 0; i < rules.size(); i++) {
      JwtRule rule = rules.get(i);
      if (rule == known.rule() || rule.equals(known.rule())) {
        Keys keys = keys(rule);
        if (rule == known.rule() && keys == known.keys()) {
          return known;
        }
        return keys.equals(known.keys())
            ? new VerifiedToken(
                rule,
                keys,
                known.claims(),
                known.outputs(),
                known.notBefore(),
                known.expires(),
                known.length())
            : null;
      }
    }
    return null;
  }

  private Outcome judge(Token token, List<JwtRule> rules, int length) {
    var validity = VerifiedToken.Validity.of(token.claims());
    if (validity == null) {
      return new Refused(TokenRefusal.PAYLOAD, null);
    }
    TokenRefusal furthest = TokenRefusal.ISSUER;
    KeyLocation.Remote fetch = null;
    for (JwtRule rule : rules) {
      if (rule.issuer().equals(token.text("iss"))) {
        Keys keys = keys(rule);
        TokenRefusal refusal = refusal(token, rule, validity, keys);
        if (refusal == null) {
          return new Accepted(VerifiedToken.of(token, rule, keys, validity, length));
        }
        furthest = TokenRefusal.furthest(furthest, refusal);
        boolean unknownKey = refusal == TokenRefusal.NO_KEYS || refusal == TokenRefusal.NO_KEY;
        if (unknownKey && rule.keys() instanceof KeyLocation.Remote remote) {
          fetch = remote;
        }
      }
    }
    return new Refused(furthest, fetch);
  }

  private @Nullable TokenRefusal refusal(
      Token token, JwtRule rule, VerifiedToken.Validity validity, Keys keys) {
    TokenRefusal refusal = validity.refusal(now);
    if (refusal == null && !isFor(token.claims().get("aud"), rule)) {
      refusal = TokenRefusal.AUDIENCE;
    }
    return refusal == null ? keys.refusal(token) : refusal;
  }

  private static boolean isFor(@Nullable Object audience, JwtRule rule) {
    if (rule.audiences().isEmpty()) {
      return true;
    }
    if (audience instanceof List<?> several) {
      for (Object one : several) {
        if (rule.admits(one)) {
          return true;
        }
      }
      return false;
    }
    return audience != null && rule.admits(audience);
  }

  private Keys keys(JwtRule rule) {
    return switch (rule.keys()) {
      case KeyLocation.Inline(var keys) -> keys;
      case KeyLocation.Remote remote -> source.current(remote);
    };
  }
}
