// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.proxy.scan.ScanLimits;
import io.waypoint.refusal.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a request's header fields finds: what the exchange needs to know, and what has
 * to go before anybody looks, because it is meant for proxies and a caller may not speak for one.
 */
final class RequestFields implements BiConsumer<String, String> {
  /** What a field costs beyond its characters, as HTTP/2 counts. */
  private static final int FIELD_OVERHEAD = 32;

  @Nullable String host;
  @Nullable String connection;
  @Nullable String contentLength;
  @Nullable String contentType;
  @Nullable String transferEncoding;
  @Nullable String expect;
  @Nullable String upgrade;
  @Nullable String te;
  @Nullable String requestId;
  @Nullable String userAgent;
  @Nullable String forwardedFor;
  @Nullable String forwardedProto;
  @Nullable String traceparent;
  @Nullable String tracestate;
  private int hosts;
  private int lengths;
  private int count;
  private int bytes;
  private @Nullable List<String> unwanted;

  @Override
  public void accept(String name, String value) {
    count++;
    bytes += name.length() + value.length() + FIELD_OVERHEAD;
    switch (name.length()) {
      case 2 -> te = name.equalsIgnoreCase("te") ? value : te;
      case 4 -> host(name, value);
      case 6 -> expect = name.equalsIgnoreCase("expect") ? value : expect;
      case 7 -> upgrade = name.equalsIgnoreCase("upgrade") ? value : upgrade;
      case 10 -> ten(name, value);
      case 11 -> traceparent = name.equalsIgnoreCase("traceparent") ? value : traceparent;
      case 12 -> twelve(name, value);
      case 14 -> length(name, value);
      case 15 -> forwardedFor = name.equalsIgnoreCase("x-forwarded-for") ? value : forwardedFor;
      case 17 -> seventeen(name, value);
      case 18 -> drop(name, name.equalsIgnoreCase("x-istio-attributes"));
      case 23 -> drop(name, name.equalsIgnoreCase("x-forwarded-client-cert"));
      default -> {}
    }
    drop(name, name.regionMatches(true, 0, "x-envoy-", 0, "x-envoy-".length()));
  }

  private void host(String name, String value) {
    if (name.equalsIgnoreCase("host")) {
      host = value;
      hosts++;
    }
  }

  private void length(String name, String value) {
    if (name.equalsIgnoreCase("content-length")) {
      contentLength = value;
      lengths++;
    }
  }

  private void ten(String name, String value) {
    if (name.equalsIgnoreCase("connection")) {
      connection = connection == null ? value : connection + "," + value;
    } else if (name.equalsIgnoreCase("user-agent")) {
      userAgent = value;
    } else if (name.equalsIgnoreCase("tracestate")) {
      tracestate = value;
    }
  }

  private void twelve(String name, String value) {
    if (name.equalsIgnoreCase("content-type")) {
      contentType = value;
    } else if (name.equalsIgnoreCase("x-request-id")) {
      requestId = value;
    }
  }

  private void seventeen(String name, String value) {
    if (name.equalsIgnoreCase("transfer-encoding")) {
      transferEncoding = value;
    } else if (name.equalsIgnoreCase("x-forwarded-proto")) {
      forwardedProto = value;
    }
  }

  private void drop(String name, boolean isUnwanted) {
    if (isUnwanted) {
      if (unwanted == null) {
        unwanted = new ArrayList<>(4);
      }
      unwanted.add(name);
    }
  }

  /**
   * Judges what was found.
   *
   * @param http2 whether fields of a connection are an error rather than a matter of this hop
   */
  @Nullable Refusal refusal(boolean http2, ScanLimits limits) {
    if (count > limits.fieldCount()) {
      return Refusal.REQUEST_TOO_MANY_FIELDS;
    }
    if (bytes > limits.fields()) {
      return Refusal.REQUEST_FIELDS_TOO_LARGE;
    }
    if (hosts > 1) {
      return Refusal.REQUEST_AUTHORITY;
    }
    if (lengths > 1 || contentLength != null && transferEncoding != null) {
      return Refusal.REQUEST_FRAMING;
    }
    if (http2 && (connection != null || upgrade != null || transferEncoding != null)) {
      return Refusal.REQUEST_CONNECTION;
    }
    if (http2 && te != null && !te.equalsIgnoreCase("trailers")) {
      return Refusal.REQUEST_CONNECTION;
    }
    if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      return Refusal.REQUEST_EXPECTATION;
    }
    return null;
  }

  /** Takes away what callers may not send, and what {@code Connection} says ends here. */
  void strip(MultiMap headers) {
    if (unwanted != null) {
      unwanted.forEach(headers::remove);
    }
    if (connection != null) {
      Tokens.each(connection, token -> stripNominated(headers, token));
    }
  }

  private static void stripNominated(MultiMap headers, String name) {
    if (!HopByHop.is(name) && HopByHop.mayBeNominated(name)) {
      headers.remove(name);
    }
  }

  boolean namesWebSocket() {
    return contentLength == null
        && transferEncoding == null
        && upgrade != null
        && upgrade.equalsIgnoreCase("websocket")
        && connection != null
        && Tokens.contains(connection, "upgrade");
  }

  /** Whether the connection shall end with the answer. */
  boolean endsConnection(boolean http10) {
    return connection == null
        ? http10
        : Tokens.contains(connection, "close")
            || http10 && !Tokens.contains(connection, "keep-alive");
  }

  boolean isGrpc() {
    return contentType != null
        && contentType.startsWith("application/grpc")
        && !contentType.startsWith("application/grpc-web");
  }

  boolean acceptsTrailers() {
    return te != null && Tokens.contains(te, "trailers");
  }
}
