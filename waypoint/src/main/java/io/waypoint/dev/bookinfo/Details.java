// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.bookinfo;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** {@code GET /details/0}: what the book is. */
final class Details implements Handler<HttpServerRequest> {
  @Override
  public void handle(HttpServerRequest request) {
    if (!Replies.path(request).startsWith("/details/")) {
      Replies.problem(request, 404, "details serves /details/{product}");
      return;
    }
    int product = Replies.product(request, "/details/");
    if (product >= 0) {
      Replies.json(request, 200, of(product));
    }
  }

  private static JsonObject of(int product) {
    return new JsonObject()
        .put("id", product)
        .put("author", "William Shakespeare")
        .put("year", 1595)
        .put("type", "paperback")
        .put("pages", 200)
        .put("publisher", "Loopback Press")
        .put("language", "English")
        .put("ISBN-10", "0000000000")
        .put("ISBN-13", "000-0000000000");
  }
}
