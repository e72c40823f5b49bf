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
  PEER_REVOKED("the peer's certificate has been revoked"),
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

  // The request inside the tunnel.
  REQUEST_HEAD_TIMEOUT(408, "the head of the request did not arrive in time"),
  REQUEST_LINE(400, "the request line is malformed"),
  REQUEST_LINE_END(400, "a line does not end with CRLF"),
  REQUEST_METHOD(400, "the method is not a token of capital letters"),
  REQUEST_METHOD_NOT_SERVED(405, "CONNECT and TRACE are not served inside a tunnel"),
  REQUEST_TARGET(400, "the request target cannot be forwarded as it is"),
  REQUEST_TARGET_TOO_LONG(414, "the request target is too long"),
  REQUEST_SCHEME(400, "the scheme is neither http nor https"),
  REQUEST_VERSION(505, "the HTTP version is not served"),
  REQUEST_AUTHORITY(400, "a request names exactly one host, and a valid one"),
  REQUEST_TOO_MANY_FIELDS(431, "the request has too many header fields"),
  REQUEST_FIELDS_TOO_LARGE(431, "the header fields are too large"),
  REQUEST_FIELD(400, "a header field may not stand in a request"),
  REQUEST_FIELD_SYNTAX(400, "a header field is malformed"),
  REQUEST_FIELD_FOLDED(400, "a header field continues on another line"),
  REQUEST_CONNECTION(400, "the Connection field names what may not be dropped"),
  REQUEST_EXPECTATION(417, "only 100-continue can be expected"),
  REQUEST_UPGRADE(400, "a request for an upgrade has no body"),
  REQUEST_CONTENT_LENGTH(400, "the content length is not one plain number"),
  REQUEST_BODY_TOO_LARGE(413, "the body is too large"),
  REQUEST_TRANSFER_ENCODING(400, "the transfer encoding is not chunked"),
  REQUEST_TRANSFER_CODING(501, "no transfer coding is decoded except chunked"),
  REQUEST_FRAMING(400, "the body's end is ambiguous"),
  REQUEST_CHUNK(400, "a chunk is malformed"),
  REQUEST_TRAILER(400, "the trailer section is malformed or too large");

  private final int status;
  private final String message;
  private final String label;

  Refusal(String message) {
    this(0, message);
  }

  Refusal(int status, String message) {
    this.status = status;
    this.message = message;
    this.label = name().toLowerCase(Locale.ROOT);
  }

  /**
   * The status of the answer to a request inside a tunnel; 0 for what is refused before there is
   * one.
   */
  public int status() {
    return status;
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
