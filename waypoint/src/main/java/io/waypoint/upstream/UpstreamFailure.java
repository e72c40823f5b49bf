// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

/** Why no connection could be had. */
public enum UpstreamFailure {
  /** Refused, unreachable, or the handshake failed. */
  CONNECT,
  /** Not usable in time. */
  TIMEOUT,
  /** As many requests as permitted wait already. */
  OVERFLOW
}
