// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.util.function.Function;

/** A whole answer, as its caller has it. */
record Answered(int status, MultiMap headers, String body) {
  /** What is answered to a request without a body. */
  static Future<Answered> to(HttpClient client, RequestOptions options) {
    return to(client, options, request -> request.send());
  }

  static Future<Answered> to(HttpClient client, RequestOptions options, Buffer body) {
    return to(client, options, request -> request.send(body));
  }

  private static Future<Answered> to(
      HttpClient client,
      RequestOptions options,
      Function<HttpClientRequest, Future<HttpClientResponse>> sending) {
    return client
        .request(options)
        .compose(request ->
            sending
                .apply(request)
                .compose(response ->
                    response
                        .body()
                        .map(body ->
                            new Answered(
                                response.statusCode(), response.headers(), body.toString()))));
  }
}
