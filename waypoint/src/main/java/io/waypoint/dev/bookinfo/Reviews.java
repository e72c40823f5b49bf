// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.bookinfo;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /reviews/0}: what readers say. Version 1 has no stars; versions 2 and 3 ask ratings
 * and paint the stars black and red.
 */
final class Reviews implements Handler<HttpServerRequest> {
  private final String version;
  private final @Nullable String color;
  private final @Nullable Neighbour ratings;

  private Reviews(String version, @Nullable String color, @Nullable Neighbour ratings) {
    this.version = version;
    this.color = color;
    this.ratings = ratings;
  }

  static Reviews withoutStars(String version) {
    return new Reviews(version, null, null);
  }

  static Reviews withStars(String version, String color, Neighbour ratings) {
    return new Reviews(version, color, ratings);
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!Replies.path(request).startsWith("/reviews/")) {
      Replies.problem(request, 404, "reviews serves /reviews/{product}");
      return;
    }
    int product = Replies.product(request, "/reviews/");
    if (product < 0) {
      return;
    }
    if (ratings == null) {
      Replies.json(request, 200, page(product, null));
      return;
    }
    ratings
        .get("/ratings/" + product, request.headers())
        .onComplete(
            answer -> Replies.json(request, 200, page(product, answer)),
            failure -> Replies.json(request, 200, page(product, new JsonObject())));
  }

  /**
   * @param answer null for a version without stars, empty when ratings could not be asked
   */
  private JsonObject page(int product, @Nullable JsonObject answer) {
    JsonArray reviews =
        new JsonArray()
            .add(review("Reviewer1", "A comedy of mistaken lovers; I laughed aloud.", answer))
            .add(review("Reviewer2", "The twins alone are worth the evening.", answer));
    return new JsonObject()
        .put("id", Integer.toString(product))
        .put("podname", "reviews-" + version)
        .put("version", version)
        .put("reviews", reviews);
  }

  private JsonObject review(String reviewer, String text, @Nullable JsonObject answer) {
    JsonObject review = new JsonObject().put("reviewer", reviewer).put("text", text);
    if (answer == null) {
      return review;
    }
    JsonObject stars = answer.getJsonObject("ratings");
    return stars == null
        ? review.put("rating", new JsonObject().put("error", "Ratings are not available now"))
        : review.put(
            "rating",
            new JsonObject().put("stars", stars.getInteger(reviewer, 0)).put("color", color));
  }
}
