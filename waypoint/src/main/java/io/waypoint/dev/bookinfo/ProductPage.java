// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.bookinfo;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/**
 * {@code GET /productpage}: the shop's one page, put together from details and reviews. It answers
 * {@code DELETE} too, so that a mesh that lets one through is seen to.
 */
final class ProductPage implements Handler<HttpServerRequest> {
  private final Neighbour details;
  private final Neighbour reviews;

  ProductPage(Neighbour details, Neighbour reviews) {
    this.details = details;
    this.reviews = reviews;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.DELETE)) {
      Replies.json(request, 200, new JsonObject().put("deleted", request.path()));
      return;
    }
    switch (Replies.path(request)) {
      case "/" -> Replies.html(request, Page.welcome());
      case "/health" -> request.response().end("Product page is healthy\n");
      case "/productpage" -> page(request);
      case "/api/v1/products" -> Replies.json(request, 200, Page.catalogue());
      case "/api/v1/products/0" -> relay(request, details, "/details/0");
      case "/api/v1/products/0/reviews" -> relay(request, reviews, "/reviews/0");
      default -> Replies.problem(request, 404, "productpage serves /productpage");
    }
  }

  private void page(HttpServerRequest request) {
    Future<JsonObject> book = details.get("/details/0", request.headers());
    Future<JsonObject> opinions = reviews.get("/reviews/0", request.headers());
    Future.join(book, opinions)
        .onComplete(both ->
            Replies.html(
                request,
                Page.of(
                    book.succeeded() ? book.result() : null,
                    opinions.succeeded() ? opinions.result() : null)));
  }

  private static void relay(HttpServerRequest request, Neighbour neighbour, String path) {
    neighbour
        .get(path, request.headers())
        .onComplete(
            answer -> Replies.json(request, 200, answer),
            failure -> Replies.problem(request, 502, neighbour.host() + " is not available now"));
  }
}
