// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.dummy;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.substring;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import io.waypoint.Clocks;
import io.waypoint.dev.DevMesh;
import io.waypoint.dev.DevMeshException;
import io.waypoint.dev.DevSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The story of the examples under load: three kinds of callers at once, each request through the
 * ztunnel, the waypoint and the ztunnel again.
 *
 * <pre>
 *   sleep     GET    productpage   200, the page with its reviews
 *   sleep     GET    reviews       200, one in ten from v2
 *   sleep     DELETE productpage   403
 *   notsleep  GET    productpage   403
 * </pre>
 *
 * <p>System properties: {@code story.examples} the folder of the YAML, {@code story.seconds} how
 * long it lasts, {@code story.scale} how many times the smoke's callers.
 */
public final class BookinfoStory extends Simulation {
  private static final int PAGES = 200;
  private static final int REVIEWS = 1_000;
  private static final int DENIALS = 150;

  /**
   * 70 to 130 of 1,000 is three standard deviations and fails once in 600 runs; this never does.
   */
  private static final double LEAST_SECOND = 0.055;

  private static final double MOST_SECOND = 0.145;

  private final Duration time = Duration.ofSeconds(Long.getLong("story.seconds", 18));
  private final int scale = Integer.getInteger("story.scale", 1);
  private final DevMesh mesh = start();

  public BookinfoStory() {
    HttpProtocolBuilder protocol =
        http.baseUrl("http://127.0.0.1:" + mesh.httpPort()).shareConnections().disableCaching();
    long reviews = (long) REVIEWS * scale;
    setUp(pages(), reviews(), deletions(), strangers())
        .protocols(protocol)
        .assertions(
            global().failedRequests().count().is(0L),
            details("page").successfulRequests().count().is((long) PAGES * scale),
            details("deletion").successfulRequests().count().is((long) DENIALS * scale),
            details("stranger").successfulRequests().count().is((long) DENIALS * scale),
            details("reviews").successfulRequests().count().is(reviews),
            details("served by v2")
                .allRequests()
                .count()
                .between((long) (reviews * LEAST_SECOND), (long) (reviews * MOST_SECOND)));
  }

  private static DevMesh start() {
    Path examples = Path.of(System.getProperty("story.examples", "examples/bookinfo"));
    try {
      return DevMesh.start(DevSettings.quiet(List.of(examples)), Clocks.system());
    } catch (DevMeshException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void after() {
    mesh.close();
  }

  private PopulationBuilder pages() {
    return play(
        scenario("sleep reads")
            .exec(
                as("sleep.default", http("page").get("/productpage"), "productpage")
                    .check(status().is(200), substring("Reviews served by"))),
        PAGES);
  }

  private PopulationBuilder reviews() {
    return play(
        scenario("sleep compares")
            .exec(
                as("sleep.default", http("reviews").get("/reviews/0"), "reviews")
                    .check(status().is(200), jsonPath("$.version").saveAs("version")))
            .doIf(session -> session.contains("version"))
            .then(exec(dummy(session -> "served by " + session.getString("version"), 1))),
        REVIEWS);
  }

  private PopulationBuilder deletions() {
    return play(
        scenario("sleep deletes")
            .exec(
                as("sleep.default", http("deletion").delete("/productpage"), "productpage")
                    .check(status().is(403), bodyString().is("RBAC: access denied"))),
        DENIALS);
  }

  private PopulationBuilder strangers() {
    return play(
        scenario("notsleep reads")
            .exec(
                as("notsleep.default", http("stranger").get("/productpage"), "productpage")
                    .check(status().is(403), bodyString().is("RBAC: access denied"))),
        DENIALS);
  }

  private static HttpRequestActionBuilder as(
      String caller, HttpRequestActionBuilder request, String service) {
    return request.header("Host", service + ":9080").header("x-dev-identity", caller);
  }

  private PopulationBuilder play(ScenarioBuilder scenario, int users) {
    return scenario.injectOpen(rampUsers(users * scale).during(time));
  }
}
