// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.bookinfo;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** The answers that all servers of the shop give alike. */
final class Replies {
  private Replies() {}

  static void json(HttpServerRequest request, int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(body.encode());
  }

  static void html(HttpServerRequest request, String body) {
    request.response().putHeader("content-type", "text/html; charset=utf-8").end(body);
  }

  /** The path, which is absent only in a request line that is not a path. */
  static String path(HttpServerRequest request) {
    String path = request.path();
    return path == null ? "" : path;
  }

  static void problem(HttpServerRequest request, int status, String message) {
    json(request, status, new JsonObject().put("error", message));
  }

  /** The number at the end of {@code /reviews/0}; answers 400 itself and returns -1 when none. */
  static int product(HttpServerRequest request, String prefix) {
    String path = path(request);
    if (path.startsWith(prefix) && path.length() > prefix.length() && path.length() < 32) {
      try {
        int id = Integer.parseInt(path.substring(prefix.length()));
        if (id >= 0) {
          return id;
        }
      } catch (NumberFormatException e) {
        // Falls through to the same answer as a negative number.
      }
    }
    problem(request, 400, "please give the number of a product");
    return -1;
  }
}
