// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.bookinfo;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Function;

/**
 * The six servers of the shop, by the name of the Deployment that runs each in a cluster.
 *
 * <pre>
 *   productpage-v1 ──► details-v1
 *        └──────────► reviews-v1 | reviews-v2 | reviews-v3
 *                                   └───────────────┴──► ratings-v1
 * </pre>
 */
public final class Bookinfo {
  private static final int PORT = 9080;

  private Bookinfo() {}

  /** The Deployments that {@link #server} knows. */
  public static List<String> deployments() {
    return List.of(
        "productpage-v1", "details-v1", "ratings-v1", "reviews-v1", "reviews-v2", "reviews-v3");
  }

  /**
   * The server of one Deployment.
   *
   * @param clients the HTTP client of a Deployment: what it dials goes through the mesh under that
   *     Deployment's own identity
   * @throws IllegalArgumentException when the name is none of {@link #deployments}
   */
  public static Handler<HttpServerRequest> server(
      String deployment, Function<String, HttpClient> clients) {
    return switch (deployment) {
      case "productpage-v1" -> {
        HttpClient client = clients.apply(deployment);
        yield new ProductPage(
            new Neighbour(client, "details", PORT), new Neighbour(client, "reviews", PORT));
      }
      case "details-v1" -> new Details();
      case "ratings-v1" -> new Ratings();
      case "reviews-v1" -> Reviews.withoutStars("v1");
      case "reviews-v2" -> Reviews.withStars("v2", "black", ratings(clients.apply(deployment)));
      case "reviews-v3" -> Reviews.withStars("v3", "red", ratings(clients.apply(deployment)));
      default -> throw new IllegalArgumentException("no server of the shop: " + deployment);
    };
  }

  private static Neighbour ratings(HttpClient client) {
    return new Neighbour(client, "ratings", PORT);
  }
}
