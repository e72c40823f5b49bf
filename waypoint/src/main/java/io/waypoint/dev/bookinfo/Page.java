// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.bookinfo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The shop's HTML. Everything that came from another server is escaped. */
final class Page {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>Simple Bookstore App</title>
      <style>
      body { font: 16px/1.5 sans-serif; max-width: 46rem; margin: 2rem auto; }
      .black { color: black } .red { color: red } .error { color: darkred }
      </style>
      </head>
      <body>
      """;
  private static final String TAIL = "</body>\n</html>\n";

  private Page() {}

  static String welcome() {
    return HEAD
        + "<h1>Bookinfo</h1>\n<p><a href=\"/productpage\">The product page</a></p>\n"
        + TAIL;
  }

  static JsonObject catalogue() {
    JsonObject book = new JsonObject().put("id", 0).put("title", "The Comedy of Errors");
    return new JsonObject().put("products", new JsonArray().add(book));
  }

  /**
   * @param details null when details could not be asked
   * @param reviews null when reviews could not be asked
   */
  static String of(@Nullable JsonObject details, @Nullable JsonObject reviews) {
    StringBuilder html =
        new StringBuilder(2048).append(HEAD).append("<h1>The Comedy of Errors</h1>\n");
    details(html, details);
    reviews(html, reviews);
    return html.append(TAIL).toString();
  }

  private static void details(StringBuilder html, @Nullable JsonObject details) {
    html.append("<h2>Book Details</h2>\n");
    if (details == null) {
      html.append("<p class=\"error\">Details are not available now.</p>\n");
      return;
    }
    html.append("<dl>\n");
    for (String name : details.fieldNames()) {
      if (!name.equals("id")) {
        html.append("<dt>").append(escape(name)).append("</dt><dd>");
        html.append(escape(String.valueOf(details.getValue(name)))).append("</dd>\n");
      }
    }
    html.append("</dl>\n");
  }

  private static void reviews(StringBuilder html, @Nullable JsonObject reviews) {
    html.append("<h2>Book Reviews</h2>\n");
    JsonArray list = reviews == null ? null : reviews.getJsonArray("reviews");
    if (reviews == null || list == null) {
      html.append("<p class=\"error\">Reviews are not available now.</p>\n");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      JsonObject review = list.getJsonObject(i);
      html.append("<blockquote>").append(escape(review.getString("text", "")));
      html.append(" <cite>").append(escape(review.getString("reviewer", ""))).append("</cite>");
      stars(html, review.getJsonObject("rating"));
      html.append("</blockquote>\n");
    }
    html.append("<p>Reviews served by: <code>");
    html.append(escape(reviews.getString("podname", ""))).append("</code></p>\n");
  }

  private static void stars(StringBuilder html, @Nullable JsonObject rating) {
    if (rating == null) {
      return;
    }
    Integer stars = rating.getInteger("stars");
    if (stars == null) {
      html.append(" <span class=\"error\">Ratings are not available now</span>");
      return;
    }
    int full = Math.clamp(stars, 0, 5);
    html.append(" <span class=\"").append(escape(rating.getString("color", ""))).append("\">");
    html.append("★".repeat(full)).append("☆".repeat(5 - full)).append("</span>");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
