// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.waypoint.Clocks;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The story of the examples, through real tunnels on both sides. */
@Timeout(120)
class BookinfoStoryIT {
  private static final Vertx VERTX = Vertx.vertx();
  private static final HttpClient CLIENT = VERTX.createHttpClient();
  private static DevMesh mesh;

  private record Answer(int status, String body) {}

  @BeforeAll
  static void start() throws Exception {
    mesh = DevMesh.start(DevSettings.quiet(List.of(examples())), Clocks.system());
  }

  @AfterAll
  static void stop() {
    mesh.close();
    VERTX.close().await();
  }

  /** Tests run in the module's folder. */
  static Path examples() {
    return Path.of("../examples/bookinfo");
  }

  @Test
  void sleepReadsThePageWithDetailsAndReviews() {
    Answer page = ask("sleep.default", HttpMethod.GET, "productpage", "/productpage");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body())
        .contains("The Comedy of Errors")
        .contains("William Shakespeare")
        .contains("Reviewer1")
        .contains("Reviews served by: <code>reviews-v");
  }

  @Test
  void sleepMayNotDelete() {
    Answer denied = ask("sleep.default", HttpMethod.DELETE, "productpage", "/productpage");

    assertThat(denied).isEqualTo(new Answer(403, "RBAC: access denied"));
  }

  @Test
  void nobodyElseMayRead() {
    Answer denied = ask("notsleep.default", HttpMethod.GET, "productpage", "/productpage");

    assertThat(denied).isEqualTo(new Answer(403, "RBAC: access denied"));
  }

  @Test
  void starsComeFromRatings() {
    Answer reviews = ask("sleep.default", HttpMethod.GET, "reviews-v3", "/reviews/0");

    assertThat(reviews.body()).contains("\"color\":\"red\"").contains("\"stars\":5");
  }

  @Test
  void fullNamesAreServicesToo() {
    String name = "details.default.svc.cluster.local";

    assertThat(ask("sleep.default", HttpMethod.GET, name, "/details/0").status()).isEqualTo(200);
  }

  private static Answer ask(String caller, HttpMethod method, String host, String path) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(host)
            .setPort(9080)
            .setURI(path)
            .setProxyOptions(mesh.socks(caller));
    return CLIENT
        .request(options)
        .compose(request -> request.send().compose(BookinfoStoryIT::read))
        .await();
  }

  private static io.vertx.core.Future<Answer> read(HttpClientResponse response) {
    return response.body().map(body -> new Answer(response.statusCode(), body.toString()));
  }
}
