// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers of the admin servers; none may be kept by a cache or guessed at by a browser. */
final class Reply {
  static final String JSON = "application/json";

  private Reply() {}

  static void text(HttpServerResponse response, int status, String text) {
    head(response, "text/plain; charset=utf-8").setStatusCode(status).end(text);
  }

  /**
   * Sends chunks as fast as the reader takes them, so that a slow reader costs one chunk of memory.
   *
   * @param chunks gives null after the last one
   */
  static void stream(
      HttpServerResponse response, String contentType, Supplier<@Nullable Buffer> chunks) {
    head(response, contentType).setChunked(true);
    pump(response, chunks);
  }

  private static void pump(HttpServerResponse response, Supplier<@Nullable Buffer> chunks) {
    while (!response.closed()) {
      if (response.writeQueueFull()) {
        response.drainHandler(drained -> pump(response, chunks));
        return;
      }
      Buffer chunk = chunks.get();
      if (chunk == null) {
        response.end();
        return;
      }
      if (chunk.length() > 0) {
        response.write(chunk);
      }
    }
  }

  private static HttpServerResponse head(HttpServerResponse response, String contentType) {
    return response
        .putHeader("content-type", contentType)
        .putHeader("cache-control", "no-store")
        .putHeader("x-content-type-options", "nosniff");
  }
}
