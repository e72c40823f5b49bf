// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.KeyHash;

/** The number by which consistent hashing places a request. */
final class RequestHash {
  private RequestHash() {}

  /** {@link KeyHash#ABSENT} when the request has no such key. */
  static long of(HashKey key, CanonicalRequest request, Caller caller) {
    return switch (key) {
      case HashKey.Header(var name) -> KeyHash.of(request.header(name));
      case HashKey.Cookie cookie -> KeyHash.ofCookie(request.header("cookie"), cookie.name());
      case HashKey.QueryParameter(var name) -> KeyHash.ofParameter(request.query(), name);
      case HashKey.SourceIp() -> caller.sourceHash();
    };
  }
}
