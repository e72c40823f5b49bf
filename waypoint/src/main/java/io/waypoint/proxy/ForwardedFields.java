// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.waypoint.upstream.UpstreamConnection;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A request's head as the application receives it. */
final class ForwardedFields {
  private static final CharSequence HTTP = HttpHeaders.createOptimized("http");
  private static final CharSequence TRAILERS = HttpHeaders.createOptimized("trailers");
  private static final CharSequence WEBSOCKET = HttpHeaders.createOptimized("websocket");
  private static final CharSequence ZERO = HttpHeaders.createOptimized("0");

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

  /** Writes the head into a request that is not sent yet. */
  static void write(
      OutgoingHead head,
      boolean bodyFollows,
      HttpClientRequest to,
      UpstreamConnection connection,
      HeaderCopy copy) {
    CanonicalRequest request = head.request();
    to.setMethod(HttpMethod.valueOf(request.method()));
    to.setURI(head.target());
    MultiMap headers = to.headers();
    if (connection.isHttp2()) {
      // Without a port the text is taken as it is: ":80" must not get lost.
      to.authority(HostAndPort.create(head.authority(), -1));
    } else {
      headers.set(FieldNames.HOST, head.authority());
    }
    copy.request(request.headers(), headers, request.fields().transferEncoding == null);
    if (connection.isHttp2() && request.fields().acceptsTrailers()) {
      headers.set(FieldNames.TE, TRAILERS);
    }
    if (request.asksForWebSocket()) {
      headers.set(FieldNames.CONNECTION, FieldNames.UPGRADE).set(FieldNames.UPGRADE, WEBSOCKET);
    }
    if (copy.contentLength() == null) {
      if (bodyFollows) {
        // Over HTTP/2 nothing is written for it, but Vert.x wants to be told.
        to.setChunked(true);
      } else if (!connection.isHttp2() && usuallyHasBody(request.method())) {
        headers.set(FieldNames.CONTENT_LENGTH, ZERO);
      }
    }
  }

  /** These say that they have none, where others need not (RFC 9110 section 8.6). */
  private static boolean usuallyHasBody(String method) {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }
}
