// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.bookinfo;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * Another service of the shop, called through the mesh.
 *
 * @param client dials with the caller's own identity
 */
record Neighbour(HttpClient client, String host, int port) {
  private static final long PATIENCE_MILLIS = 5_000;

  /** Fails when the answer is not a 200 with a JSON object, whatever the reason. */
  Future<JsonObject> get(String path, MultiMap incoming) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(host)
            .setPort(port)
            .setURI(path)
            .setTimeout(PATIENCE_MILLIS);
    return client
        .request(options)
        .compose(request -> {
          TraceHeaders.copy(incoming, request.headers());
          return request.send();
        })
        .compose(this::read);
  }

  private Future<JsonObject> read(HttpClientResponse response) {
    return response
        .body()
        .map(body -> {
          if (response.statusCode() != 200) {
            throw new Unavailable(host + " answered " + response.statusCode());
          }
          try {
            return body.toJsonObject();
          } catch (DecodeException e) {
            throw new Unavailable(host + " answered something that is not JSON", e);
          }
        });
  }

  /** A neighbour that did not answer as it should; the page goes on without it. */
  static final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unavailable(String message) {
      super(message);
    }

    Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
