// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.echo;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** What one request looked like when it arrived. The body is digested as it passes and not kept. */
final class Reflection {
  private final HttpServerRequest request;
  private final MessageDigest digest = sha256();
  private long length;

  Reflection(HttpServerRequest request) {
    this.request = request;
    request.handler(chunk -> {
      length += chunk.length();
      digest.update(chunk.getBytes());
    });
  }

  /** Complete once the request has ended. */
  JsonObject json(String server) {
    JsonObject headers = new JsonObject();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(java.util.Locale.ROOT);
      if (!headers.containsKey(name)) {
        headers.put(name, new JsonArray(request.headers().getAll(name)));
      }
    }
    JsonObject body =
        new JsonObject()
            .put("bytes", length)
            .put("sha256", HexFormat.of().formatHex(digest.digest()));
    return new JsonObject()
        .put("server", server)
        .put("method", request.method().name())
        .put("uri", request.uri())
        .put("version", request.version().alpnName())
        .put("authority", String.valueOf(request.authority()))
        .put("peer", String.valueOf(request.remoteAddress()))
        .put("headers", headers)
        .put("body", body);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
