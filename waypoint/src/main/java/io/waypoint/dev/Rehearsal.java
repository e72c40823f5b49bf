// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.function.Consumer;

/**
 * Plays the bookinfo story once and compares. It shows a newcomer that everything works, and it is
 * the training run from which the launcher makes its cache.
 */
public final class Rehearsal {
  private static final int REVIEWS = 200;

  /** Over HTTP/2 inside of the tunnels, as gRPC is. */
  private static final int HTTP2 = 20;

  /** Each with a handshake of its own. */
  private static final int STRANGERS = 5;

  private record Answer(int status, String body) {}

  private final DevMesh mesh;
  private final HttpClient client;
  private final HttpClient http2;
  private final Consumer<String> said;
  private boolean asTold = true;

  private Rehearsal(DevMesh mesh, Vertx vertx, Consumer<String> said) {
    this.mesh = mesh;
    this.client = vertx.createHttpClient();
    this.http2 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    this.said = said;
  }

  /**
   * @param said takes one line for each scene
   * @return whether everything went as told
   */
  public static boolean play(DevMesh mesh, Consumer<String> said) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try {
      Rehearsal rehearsal = new Rehearsal(mesh, vertx, said);
      rehearsal.play();
      return rehearsal.asTold;
    } finally {
      vertx.close().await();
    }
  }

  private void play() {
    Answer page = ask("sleep.default", HttpMethod.GET, "productpage", "/productpage");
    scene(
        "sleep reads the product page",
        page.status() == 200 && page.body().contains("Reviews served by"),
        page);
    Answer deleted = ask("sleep.default", HttpMethod.DELETE, "productpage", "/productpage");
    scene("sleep may not delete it", isDenied(deleted), deleted);
    Answer stranger = ask("notsleep.default", HttpMethod.GET, "productpage", "/productpage");
    scene("notsleep may not read it", isDenied(stranger), stranger);
    int second = 0;
    int answered = 0;
    for (int i = 0; i < REVIEWS; i++) {
      Answer reviews = ask("sleep.default", HttpMethod.GET, "reviews", "/reviews/0");
      answered += reviews.status() == 200 ? 1 : 0;
      second += reviews.body().contains("\"reviews-v2\"") ? 1 : 0;
    }
    scene(
        second + " of " + REVIEWS + " reviews come from v2",
        answered == REVIEWS && second > 0 && second < REVIEWS / 2,
        new Answer(answered, ""));
    int more = 0;
    for (int i = 0; i < HTTP2; i++) {
      more += ask(http2, reviews()).status() == 200 ? 1 : 0;
    }
    scene("and over HTTP/2", more == HTTP2, new Answer(more, ""));
    int fresh = 0;
    for (int i = 0; i < STRANGERS; i++) {
      mesh.reconnect();
      RequestOptions alone = reviews().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      fresh += ask(client, alone).status() == 200 ? 1 : 0;
    }
    scene("and over new connections", fresh == STRANGERS, new Answer(fresh, ""));
  }

  private RequestOptions reviews() {
    return options("sleep.default", HttpMethod.GET, "reviews", "/reviews/0");
  }

  private static boolean isDenied(Answer answer) {
    return answer.equals(new Answer(403, "RBAC: access denied"));
  }

  private void scene(String name, boolean good, Answer answer) {
    asTold &= good;
    said.accept((good ? "ok      " : "WRONG   ") + name + (good ? "" : ", but: " + answer));
  }

  private Answer ask(String caller, HttpMethod method, String host, String path) {
    return ask(client, options(caller, method, host, path));
  }

  private RequestOptions options(String caller, HttpMethod method, String host, String path) {
    return new RequestOptions()
        .setMethod(method)
        .setHost(host)
        .setPort(9080)
        .setURI(path)
        .setProxyOptions(mesh.socks(caller));
  }

  private static Answer ask(HttpClient client, RequestOptions options) {
    return client
        .request(options)
        .compose(request -> request.send().compose(Rehearsal::read))
        .otherwise(failure -> new Answer(0, String.valueOf(failure.getMessage())))
        .await();
  }

  private static Future<Answer> read(HttpClientResponse response) {
    return response.body().map(body -> new Answer(response.statusCode(), body.toString()));
  }
}
