// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.bookinfo;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** {@code GET /ratings/0}: how many stars each reviewer gave. */
final class Ratings implements Handler<HttpServerRequest> {
  @Override
  public void handle(HttpServerRequest request) {
    if (!Replies.path(request).startsWith("/ratings/")) {
      Replies.problem(request, 404, "ratings serves /ratings/{product}");
      return;
    }
    int product = Replies.product(request, "/ratings/");
    if (product >= 0) {
      JsonObject stars = new JsonObject().put("Reviewer1", 5).put("Reviewer2", 4);
      Replies.json(request, 200, new JsonObject().put("id", product).put("ratings", stars));
    }
  }
}
