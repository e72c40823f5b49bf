// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

/**
 * An answer that no upstream gave.
 *
 * @param status the HTTP status; a gRPC caller gets the gRPC status that stands for it
 * @param body sent as {@code text/plain}; empty means none
 * @param flag Envoy's short response flag for the access log, {@code -} for none
 * @param details constant text for the access log's {@code response_code_details}
 */
public record LocalReply(int status, String body, String flag, String details) {
  public LocalReply {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("a local reply has a status from 200 to 599");
    }
  }
}
