// SPDX-License-Identifier: Apache-2.0
package io.waypoint.refusal;

import java.util.Locale;

/**
 * Everything this proxy refuses, by name. The constant is the metric label, the flag in the access
 * log and the key of the message; a new check adds a constant here and a test beside itself.
 */
public enum Refusal {
  // The peer, before any byte of HTTP/2 is read.
  TLS_HANDSHAKE("the TLS handshake failed"),
  TLS_NO_ALPN("the peer did not agree on ALPN h2"),
  PEER_NO_CERTIFICATE("the peer sent no certificate"),
  PEER_MALFORMED("the peer's certificate cannot be read"),
  PEER_CHAIN_TOO_LONG("the peer sent too many certificates"),
  PEER_UNTRUSTED("the peer's certificate does not chain to a root we trust"),
  PEER_EXPIRED("the peer's certificate is expired or not yet valid"),
  PEER_KEY_USAGE("the peer's certificate may not be used for this side of TLS"),
  PEER_NOT_A_LEAF("the peer's certificate is that of a certificate authority"),
  PEER_WEAK_CRYPTOGRAPHY("the peer's certificate has a weak key or signature"),
  PEER_NO_SPIFFE_ID("the peer's certificate has no SPIFFE URI"),
  PEER_SEVERAL_URIS("the peer's certificate has more than one URI"),
  PEER_BAD_SPIFFE_ID("the peer's SPIFFE URI is malformed"),
  PEER_FOREIGN_TRUST_DOMAIN("the peer's trust domain is not one of ours"),
  PEER_UNEXPECTED_IDENTITY("the peer is not the workload we meant to reach"),

  // The CONNECT request.
  CONNECT_FIELDS("a CONNECT has too many header fields"),
  CONNECT_METHOD("only CONNECT is served on this port"),
  CONNECT_PSEUDO_HEADERS("a CONNECT has :method and :authority and no other pseudo-header"),
  CONNECT_AUTHORITY("the CONNECT authority is not host:port"),
  CONNECT_UNKNOWN("the CONNECT authority is not a destination of this mesh"),
  CONNECT_NOT_OURS("the destination belongs to another waypoint"),
  CONNECT_NOT_READY("configuration is not loaded yet"),
  CONNECT_DENIED("policy denies the connection"),
  CONNECT_UNREACHABLE("the destination cannot be reached"),
  CONNECT_TIMEOUT("no decision about the CONNECT in time"),

  // The HTTP/2 connection.
  H2_RESET_FLOOD("too many streams reset by the peer"),
  H2_CONTROL_FLOOD("too many control frames"),
  H2_TINY_DATA("too many tiny DATA frames"),
  H2_PROTOCOL("an HTTP/2 protocol error"),
  H2_PING_TIMEOUT("the peer does not answer PING"),

  // The request inside the tunnel, as it was decoded.
  REQUEST_METHOD("the method is not a token of capital letters"),
  REQUEST_METHOD_NOT_SERVED("CONNECT and TRACE are not served inside a tunnel"),
  REQUEST_TARGET("the request target cannot be forwarded as it is"),
  REQUEST_SCHEME("the scheme is neither http nor https"),
  REQUEST_AUTHORITY("a request names exactly one host, and a valid one"),
  REQUEST_TOO_MANY_FIELDS("the request has too many header fields"),
  REQUEST_FIELDS_TOO_LARGE("the header fields are too large"),
  REQUEST_FIELD("a header field may not stand in a request"),
  REQUEST_EXPECTATION("only 100-continue can be expected"),
  REQUEST_VERSION("the HTTP version is not served");

  private final String message;
  private final String label;

  Refusal(String message) {
    this.message = message;
    this.label = name().toLowerCase(Locale.ROOT);
  }

  /** One sentence without attacker-controlled text. */
  public String message() {
    return message;
  }

  /**
   * The value of the metric label {@code reason} and of the access log's {@code
   * response_code_details}.
   */
  public String label() {
    return label;
  }
}
