// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.waypoint.upstream.UpstreamRequest;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A request's head as the application receives it. */
final class ForwardedFields {
  private static final CharSequence HTTP = HttpHeaders.createOptimized("http");

  private ForwardedFields() {}

  /**
   * Adds what every request carries, before policy looks: an id, the scheme, and the caller's
   * identity if that is wanted.
   *
   * @return the request's id
   */
  static String complete(CanonicalRequest request, Caller caller, ProxyLoop loop) {
    MultiMap headers = request.headers();
    if (request.fields().forwardedProto == null) {
      headers.set(FieldNames.FORWARDED_PROTO, HTTP);
    }
    String own = loop.settings().forwardClientCert();
    if (own != null) {
      headers.set(FieldNames.FORWARDED_CLIENT_CERT, "By=" + own + ";URI=" + caller.principal());
    }
    String id = request.fields().requestId;
    if (id == null || id.isEmpty()) {
      id = newId(loop.environment().random());
      headers.set(FieldNames.REQUEST_ID, id);
    }
    return id;
  }

  /** A UUID of version 4. */
  private static String newId(RandomGenerator random) {
    long high = random.nextLong() & ~0xf000L | 0x4000L;
    long low = random.nextLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  /**
   * Writes the head of a request that is not sent yet.
   *
   * @param awaitsGoAhead whether somebody here waits for the endpoint's permission, if the caller
   *     does
   */
  static void write(
      OutgoingHead head,
      boolean bodyFollows,
      boolean awaitsGoAhead,
      UpstreamRequest to,
      boolean http2,
      HeaderCopy copy) {
    CanonicalRequest request = head.request();
    to.head(request.method(), head.target(), head.authority());
    boolean keepsLength = request.fields().transferEncoding == null;
    copy.request(request.headers(), to, keepsLength, awaitsGoAhead);
    if (http2 && request.fields().acceptsTrailers()) {
      to.field("te", "trailers");
    }
    if (request.asksForWebSocket()) {
      to.field("connection", "upgrade");
      to.field("upgrade", "websocket");
    }
    if (copy.contentLength() == null) {
      if (bodyFollows) {
        to.chunked();
      } else if (!http2 && usuallyHasBody(request.method())) {
        to.field("content-length", "0");
      }
    }
  }

  /** These say that they have none, where others need not (RFC 9110 section 8.6). */
  private static boolean usuallyHasBody(String method) {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }
}
