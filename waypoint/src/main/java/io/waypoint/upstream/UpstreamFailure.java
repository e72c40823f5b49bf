// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

/** Why no connection could be had. */
public enum UpstreamFailure {
  /** Refused, unreachable, or a tunnel's handshake failed. */
  CONNECT,
  /** The far side spoke no TLS, or its certificate is not the one that is expected. */
  UNTRUSTED,
  /** Not usable in time. */
  TIMEOUT,
  /** As many requests as permitted wait already. */
  OVERFLOW
}
