// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.KeyHash;
import java.util.random.RandomGenerator;

/** The number by which consistent hashing places a request. */
final class RequestHash {
  private RequestHash() {}

  /** A request without the key goes anywhere. */
  static long of(HashKey key, CanonicalRequest request, Caller caller, RandomGenerator random) {
    long hash =
        switch (key) {
          case HashKey.Header(var name) -> KeyHash.of(request.header(name));
          case HashKey.Cookie(var name, var path, var ttl) ->
              KeyHash.ofCookie(request.header("cookie"), name);
          case HashKey.QueryParameter(var name) -> KeyHash.ofParameter(request.query(), name);
          case HashKey.SourceIp() -> caller.sourceHash();
        };
    return hash == KeyHash.ABSENT ? random.nextLong() : hash;
  }
}
