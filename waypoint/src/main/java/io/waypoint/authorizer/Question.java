// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What an authorizer is asked about. Texts have one character a byte, as codecs deliver them.
 *
 * @param head null when it is a connection that is not HTTP
 * @param millis when it arrived, since 1970
 */
public record Question(@Nullable Head head, Parties parties, long millis) {
  /**
   * A request in its canonical form.
   *
   * @param target path with query
   * @param body null when it is not shown, or there is none
   * @param partial whether the body goes on
   * @param size of the body; -1 when it is not known
   */
  public record Head(
      String id,
      String method,
      String target,
      String authority,
      String scheme,
      boolean http2,
      MultiMap headers,
      @Nullable Buffer body,
      boolean partial,
      long size) {}

  /**
   * Who calls whom.
   *
   * @param principal the URI of the caller's certificate
   * @param host that the caller dialled
   */
  public record Parties(InetSocketAddress caller, String principal, String host, int port) {}
}
