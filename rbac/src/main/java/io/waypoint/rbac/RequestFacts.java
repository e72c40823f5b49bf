// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The only questions policy may ask of a request or a TCP connection. Answering allocates nothing
 * when the answer is at hand: what belongs to a connection is prepared once per connection.
 *
 * <p>Texts of the wire (SNI, authority, method, path, header lines) have one character a byte, as
 * codecs deliver them, so that bytes which are no UTF-8 compare like all others. Claims are text.
 *
 * <p>Of a TCP connection, {@link #host}, {@link #method}, {@link #path}, {@link #target} and {@link
 * #claims} are null and there are no headers.
 */
public interface RequestFacts {
  /** Whether this is a request; otherwise it is a TCP connection. */
  boolean isHttp();

  /**
   * The URI of the caller's certificate as it stands there, for example {@code
   * spiffe://cluster.local/ns/default/sa/sleep}; null for a caller without identity.
   */
  @Nullable String principal();

  /** The far end of the tunnel's connection; no header can change it. */
  @Nullable IpAddress sourceIp();

  /** The address that forwarding headers claim, else {@link #sourceIp}. */
  @Nullable IpAddress remoteIp();

  /** The address that the caller dialled: a service's or a pod's. */
  @Nullable IpAddress destinationIp();

  /** The port that the caller dialled: a service's port, not its target port. */
  int destinationPort();

  /** The server name of TLS inside the tunnel. */
  @Nullable String sni();

  /** The authority as received, port kept. */
  @Nullable String host();

  @Nullable String method();

  /** The canonical path without query: exactly what is forwarded. */
  @Nullable String path();

  /** The canonical path with its query: exactly what is forwarded. */
  @Nullable String target();

  /**
   * Whether any field line of a name satisfies a test. Each line is offered on its own.
   *
   * @param name in lower case
   */
  boolean anyHeader(String name, Predicate<? super String> test);

  /**
   * The claims of the validated token: strings, numbers, booleans, lists and maps; null without
   * token.
   */
  @Nullable Map<String, Object> claims();
}
