// SPDX-License-Identifier: Apache-2.0
package io.waypoint.conformance;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What came back, and what the application says that it was asked. */
record Answer(int status, MultiMap headers, @Nullable String grpcStatus, JsonObject seen) {
  static Answer of(HttpClientResponse response, Buffer body) {
    String inTrailers = response.trailers().get("grpc-status");
    String grpc = inTrailers == null ? response.getHeader("grpc-status") : inTrailers;
    String calls = response.getHeader("x-seen");
    boolean echoed = body.length() > 0 && body.getByte(0) == '{';
    JsonObject seen = echoed ? body.toJsonObject() : new JsonObject();
    if (calls != null) {
      seen.put("headers", new JsonObject(calls));
    }
    return new Answer(response.statusCode(), response.headers(), grpc, seen);
  }

  /** Who answered; empty when nobody behind the waypoint did. */
  String pod() {
    String pod = headers.get("x-pod");
    return pod == null ? "" : pod;
  }

  @Nullable String field(String name) {
    return headers.contains(name) ? EchoBackend.joined(headers, name) : null;
  }

  @Nullable String seenField(String name) {
    JsonObject fields = seen.getJsonObject("headers");
    return fields == null ? null : fields.getString(EchoBackend.lower(name));
  }
}
