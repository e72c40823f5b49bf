// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import java.util.List;

/**
 * An answer that no upstream gave.
 *
 * @param status the HTTP status
 * @param grpcStatus what a gRPC caller gets; negative for what stands for the HTTP status
 * @param fields of its head, besides those that every answer of ours has
 * @param body sent as {@code text/plain}; empty means none
 * @param flag Envoy's short response flag for the access log, {@code -} for none
 * @param details constant text for the access log's {@code response_code_details}
 */
public record LocalReply(
    int status, int grpcStatus, List<Field> fields, String body, String flag, String details) {
  /** A header field; the name is in lower case. */
  public record Field(String name, String value) {}

  public LocalReply {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("a local reply has a status from 200 to 599");
    }
    fields = List.copyOf(fields);
  }

  public LocalReply(int status, List<Field> fields, String body, String flag, String details) {
    this(status, -1, fields, body, flag, details);
  }

  public LocalReply(int status, String body, String flag, String details) {
    this(status, List.of(), body, flag, details);
  }
}
