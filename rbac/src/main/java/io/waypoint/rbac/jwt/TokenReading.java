// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

/** Either a token or the reason why it is none. */
sealed interface TokenReading permits Token, TokenReading.Unreadable {
  record Unreadable(TokenRefusal reason) implements TokenReading {}
}
