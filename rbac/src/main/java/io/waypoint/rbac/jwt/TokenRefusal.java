// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

/**
 * Why a token is refused, with the words that callers know from Envoy. Of several reasons the last
 * in this order is told: it got furthest.
 */
public enum TokenRefusal {
  /** The verification itself failed, whatever the reason. */
  BROKEN("Jwt verification fails"),
  TOO_LARGE("Jwt is too large"),
  /** One place holds tokens that differ, or more text than a token. */
  CONFLICT("Request has more than one Jwt in one place"),
  FORM("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"),
  HEADER("Jwt header is not a valid JSON object in Base64url"),
  PAYLOAD("Jwt payload is not a valid JSON object in Base64url"),
  SIGNATURE_FORM("Jwt signature is not valid Base64url"),
  ALGORITHM("Jwt header [alg] is not supported"),
  /** RFC 7515 section 4.1.11: what is critical and not understood must not be accepted. */
  CRITICAL("Jwt header [crit] is not supported"),
  ISSUER("Jwt issuer is not configured"),
  EXPIRED("Jwt is expired"),
  NOT_YET("Jwt not yet valid"),
  AUDIENCE("Audiences in Jwt are not allowed"),
  /** No keys of the issuer were ever had. */
  NO_KEYS("Jwks remote fetch is failed"),
  NO_KEY("Jwks doesn't have key to match kid or alg from Jwt"),
  SIGNATURE("Jwt verification fails");

  private final String text;
  private final String details;

  TokenRefusal(String text) {
    this.text = text;
    this.details = "jwt_authn_access_denied{" + text.replace(' ', '_') + "}";
  }

  /** What the caller is told. */
  public String text() {
    return text;
  }

  /** What the access log says in {@code response_code_details}. */
  public String details() {
    return details;
  }

  /** 403 for a sound token that is meant for somebody else, 401 for all others. */
  public int status() {
    return this == AUDIENCE ? 403 : 401;
  }

  static TokenRefusal furthest(TokenRefusal one, TokenRefusal other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
