// SPDX-License-Identifier: Apache-2.0

/**
 * Istio's RequestAuthentication: who the bearer of a JSON Web Token is (RFC 7519, RFC 7515). The
 * front door is {@link io.waypoint.rbac.jwt.JwtRules#authenticate}.
 *
 * <pre>
 *   request ── JwtRules: where tokens stand ──► text ── VerifiedTokens: seen before? ──► accepted
 *                                                 │ no
 *                                 Token: strictly read ── JwtVerifier: issuer, time, audience,
 *                                                                      key, signature ──► accepted
 * </pre>
 *
 * <p>Keys come through {@link io.waypoint.rbac.jwt.KeySource}; nothing here fetches, waits or reads
 * a clock.
 */
@NullMarked
package io.waypoint.rbac.jwt;

import org.jspecify.annotations.NullMarked;
