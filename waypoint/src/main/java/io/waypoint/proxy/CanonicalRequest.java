// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpVersion;
import io.waypoint.downstream.IncomingRequest;
import io.waypoint.proxy.scan.RefusedRequest;
import io.waypoint.proxy.scan.ScanLimits;
import io.waypoint.rbac.IpAddress;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.RequestFacts;
import io.waypoint.rbac.RequestTarget;
import io.waypoint.refusal.Refusal;
import io.waypoint.routing.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A request in the one form that policy judges, routing matches, the log shows and the application
 * receives. Reading it either finds that form or a reason to refuse; nothing below looks at the raw
 * request again.
 *
 * <p>The header fields are the request's own: what callers may not send is taken away in place, and
 * filters change them in place, so that they are copied only once, to the upstream request.
 */
final class CanonicalRequest implements RequestHead, RequestFacts {
  private static final int LONGEST_METHOD = 32;

  private final Caller caller;
  private final MultiMap headers;
  private final RequestFields fields = new RequestFields();
  private final String method;
  private final boolean http2;
  private final boolean http10;
  private String authority = "";
  private RequestTarget target = new RequestTarget("/", null);
  private @Nullable String wholeTarget;
  private @Nullable Refusal refusal;
  private @Nullable Map<String, Object> claims;

  private CanonicalRequest(IncomingRequest request, Caller caller) {
    this.caller = caller;
    this.headers = request.fields();
    this.method = request.method();
    HttpVersion version = request.version();
    this.http2 = version == HttpVersion.HTTP_2;
    this.http10 = version == HttpVersion.HTTP_1_0;
  }

  static CanonicalRequest read(
      IncomingRequest request, Caller caller, PathNormalization normalization, ScanLimits limits) {
    var read = new CanonicalRequest(request, caller);
    read.refusal = read.judge(request, normalization, limits);
    return read;
  }

  private @Nullable Refusal judge(
      IncomingRequest request, PathNormalization normalization, ScanLimits limits) {
    headers.forEach(fields);
    Refusal refused = request.refusal();
    if (refused == null && !http2) {
      refused = RefusedRequest.decode(method, request.target());
    }
    if (refused != null) {
      return refused;
    }
    refused = fields.refusal(http2, limits);
    if (refused == null && request.version() == null) {
      refused = Refusal.REQUEST_VERSION;
    }
    if (refused == null) {
      refused = judgeMethod(method);
    }
    if (refused == null && request.target().length() > limits.target()) {
      refused = Refusal.REQUEST_TARGET_TOO_LONG;
    }
    if (refused == null) {
      refused = judgeTarget(request, normalization);
    }
    if (refused == null) {
      fields.strip(headers);
    }
    return refused;
  }

  static @Nullable Refusal judgeMethod(String method) {
    if (method.isEmpty() || method.length() > LONGEST_METHOD) {
      return Refusal.REQUEST_METHOD;
    }
    for (int i = 0; i < method.length(); i++) {
      char c = method.charAt(i);
      if ((c < 'A' || c > 'Z') && c != '-' && c != '_') {
        return Refusal.REQUEST_METHOD;
      }
    }
    return method.equals("CONNECT") || method.equals("TRACE")
        ? Refusal.REQUEST_METHOD_NOT_SERVED
        : null;
  }

  private @Nullable Refusal judgeTarget(IncomingRequest request, PathNormalization normalization) {
    String raw = request.target();
    if (http2 && !isScheme(request.scheme())) {
      return Refusal.REQUEST_SCHEME;
    }
    if (raw.indexOf(' ') >= 0 || http2 && !isPathOrAsterisk(raw)) {
      return Refusal.REQUEST_TARGET;
    }
    StatedHead head =
        StatedHead.readTarget(
            method, http2 ? request.authority() : fields.host, raw, normalization);
    RequestTarget read = head.target();
    if (read == null) {
      return head.refusal();
    }
    authority = head.authority();
    target = read;
    return isPlain(read.path()) && isPlain(read.query()) ? null : Refusal.REQUEST_TARGET;
  }

  /** An absolute target belongs to HTTP/1: here the authority has a field of its own. */
  private static boolean isPathOrAsterisk(String raw) {
    return raw.startsWith("/") || raw.equals("*");
  }

  /**
   * Whether a part of a target may stand in the request line of the next hop: a space would end it,
   * and what is not ASCII would be written as other bytes than were judged.
   */
  private static boolean isPlain(@Nullable String part) {
    for (int i = 0; part != null && i < part.length(); i++) {
      char c = part.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isScheme(@Nullable String scheme) {
    return "http".equals(scheme) || "https".equals(scheme);
  }

  /** Why it must be refused; nothing else of it may be used then. */
  @Nullable Refusal refusal() {
    return refusal;
  }

  RequestFields fields() {
    return fields;
  }

  /** As whoever is before us says the caller has spoken; in clear when nobody says so. */
  String scheme() {
    return "https".equalsIgnoreCase(fields.forwardedProto) ? "https" : "http";
  }

  MultiMap headers() {
    return headers;
  }

  String authority() {
    return authority;
  }

  boolean isHttp2() {
    return http2;
  }

  boolean isHttp10() {
    return http10;
  }

  /** One of HTTP/1.0 sends its body unbidden whatever it says (RFC 9110 section 10.1.1). */
  boolean awaitsGoAhead() {
    return fields().expect != null && !isHttp10();
  }

  /** Whether the caller asks for a WebSocket; every other upgrade is passed over. */
  boolean asksForWebSocket() {
    return !http2 && !http10 && method.equals("GET") && fields.namesWebSocket();
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return target.path();
  }

  @Override
  public @Nullable String query() {
    return target.query();
  }

  /** Path and query, as forwarded. */
  @Override
  public String target() {
    String whole = wholeTarget;
    if (whole == null) {
      whole = target.toString();
      wholeTarget = whole;
    }
    return whole;
  }

  @Override
  public @Nullable String header(String name) {
    List<String> values = headers.getAll(name);
    return switch (values.size()) {
      case 0 -> null;
      case 1 -> values.getFirst();
      default -> String.join(",", values);
    };
  }

  @Override
  public boolean anyHeader(String name, Predicate<? super String> test) {
    List<String> values = headers.getAll(name);
    for (int i = 0; i < values.size(); i++) {
      if (test.test(values.get(i))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isHttp() {
    return true;
  }

  @Override
  public String principal() {
    return caller.principal();
  }

  @Override
  public IpAddress sourceIp() {
    return caller.source();
  }

  /** The last hop that {@code x-forwarded-for} names; any caller can write it. */
  @Override
  public IpAddress remoteIp() {
    String forwarded = fields.forwardedFor;
    if (forwarded == null) {
      return caller.source();
    }
    String last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
    try {
      return IpAddress.parse(last);
    } catch (IllegalArgumentException e) {
      return caller.source();
    }
  }

  @Override
  public @Nullable IpAddress destinationIp() {
    return caller.destination();
  }

  @Override
  public int destinationPort() {
    return caller.port();
  }

  @Override
  public @Nullable String sni() {
    return null;
  }

  @Override
  public String host() {
    return authority;
  }

  @Override
  public @Nullable Map<String, Object> claims() {
    return claims;
  }

  /** A token proves these. */
  void authenticated(Map<String, Object> proven) {
    claims = proven;
  }

  /** Takes a parameter out of the query: from here on nobody sees that it was there. */
  void removeParameter(String name) {
    String query = target.query();
    if (query != null) {
      String rest = QueryParameters.without(query, name);
      target = new RequestTarget(target.path(), rest.isEmpty() ? null : rest);
      wholeTarget = null;
    }
  }
}
